// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Sends the lines of standard input, or of any other descriptor, read on a thread of its own.
///
/// ```swift
/// scheduler.activate(try Pipeline {
///   ConsoleReader()
///   Map { (line: String) in line.uppercased() }
///   ConsoleWriter()
/// })
/// ```
/// | box | what travels |
/// |---|---|
/// | `outbox` | lines without their ends; see ``LineCutter`` |
///
/// It ends at the end of the input, when nobody listens any more or when it is told to, also while
/// it waits for input, with `producerFinished` on `signal`; with `failed` and a ``KernelError``
/// where the descriptor can't be read. The descriptor stays open.
public final class ConsoleReader: Component, Source {
  /// Lines.
  public let outbox = Outbox<String>()
  private let descriptor: Int32
  private let longest: Int
  private var failure: Failure?

  /// A reader of a descriptor that stays the caller's.
  ///
  /// - Parameters:
  ///   - descriptor: standard input unless given.
  ///   - longest: bytes of a line; longer ones come in pieces.
  public init(descriptor: Int32 = 0, longest: Int = 1 << 20) {
    self.descriptor = descriptor
    self.longest = longest
  }

  override public func main() async throws {
    let stop = try StopPipe()
    let lines = LineThread(descriptor, longest: longest, until: stop)
    try link(lines.outbox, to: outbox)
    let thread = activate(lines)
    while thread.isRunning, !isStopping { await pause() }
    stop.pull()
    await childrenEnded()
    if let failure { throw failure.error }
  }

  override public func childEnded(_ child: Handle, _ outcome: Outcome) {
    if case .failed(let failure) = outcome { self.failure = failure }
  }
}

/// Reads and cuts; a stop reaches it through the pipe, since a read that blocks hears nothing else.
private final class LineThread: ThreadedComponent {
  let outbox = Outbox<String>()
  private let descriptor: Int32
  private let stop: StopPipe
  private var cutter: LineCutter

  init(_ descriptor: Int32, longest: Int, until stop: StopPipe) {
    self.descriptor = descriptor
    self.stop = stop
    cutter = LineCutter(longest: longest)
  }

  override func threadMain() throws {
    let mode = fcntl(descriptor, F_GETFL)
    if mode < 0 || mode & O_ACCMODE == O_WRONLY {
      // A wait for input would never end, and a read never be tried.
      throw KernelError(operation: "read descriptor \(descriptor)", code: EBADF)
    }
    while let bytes = try read(), !bytes.isEmpty {
      for line in cutter.lines(in: bytes) {
        guard outbox.blockingSend(line) || !isStopping else { return }
      }
    }
    if !isStopping, let line = cutter.lastLine() { outbox.blockingSend(line) }
  }

  /// What there is to read; empty at the end, `nil` when it must stop.
  private func read() throws -> Bytes? {
    while true {
      guard try stop.waits(for: descriptor, POLLIN) else { return nil }
      var code: Int32 = 0
      let bytes = unsafe Bytes(unsafeUninitializedCapacity: 16_384) { buffer, count in
        let result = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if result < 0 { code = errno }
        count = max(0, result)
      }
      if code == 0 { return bytes }
      // Another reader of the same terminal or pipe was faster.
      if code == EINTR || code == EAGAIN { continue }
      throw KernelError(operation: "read descriptor \(descriptor)", code: code)
    }
  }
}
