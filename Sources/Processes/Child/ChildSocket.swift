// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Internet
internal import Media

/// The child's end of the stream: parent of the component that the process is for.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | frames of the component, for the parent process |
/// | `outbox` | what the parent process sent, for the component |
///
/// It ends when the component has and all is written, or when the parent process is gone. It tells
/// the parent what it is done with: when it is asked, and only while there is something to tell.
final class ChildSocket<Input>: Component {
  let inbox = Inbox<PreviewFrame>()
  let outbox = Outbox<Input>()
  private let seed: Seed
  private let isInputEmpty: @Sendable () -> Bool
  private let open: @Sendable (Parcel) -> Input
  private let hasFailed: Guarded<Bool>
  private let board: ProgressBoard?
  private let isolated: Bool
  private var hasEnded = false
  private var lastWords = ""
  /// What came and finds no room in the component's inbox.
  private var waiting: Parcel?
  private var signs = SignClock()
  private let stream = ParentStream()
  private var nextLook = Instant(nanoseconds: 0)

  init(
    _ seed: Seed, isInputEmpty: @escaping @Sendable () -> Bool,
    open: @escaping @Sendable (Parcel) -> Input, hasFailed: Guarded<Bool>,
    board: ProgressBoard?, isolated: Bool
  ) {
    self.seed = seed
    self.isInputEmpty = isInputEmpty
    self.open = open
    self.hasFailed = hasFailed
    self.board = board
    self.isolated = isolated
  }

  override var stopsWhenUnheard: Bool { false }

  override func main() async throws {
    var socket = try FrameSocket(
      Descriptor(ChildSide.stream), of: self, payloadLimit: PreviewFrame.payloadLimit,
      takesDescriptors: true)
    tracker.setValue(ParentStream.name, to: stream)
    if let board { tracker.setValue(ProgressBoard.name, to: board) }
    do {
      // Selector and socket are there, and nothing has come from anybody yet.
      if isolated { try Isolation.begin(board) }
    } catch {
      hasFailed.withLock { $0 = true }
      throw error
    }
    let component = activate(seed)
    var isMore = true
    while !isStopping {
      if isMore || scheduler.hasOthersAwake { await yield() } else { await pause() }
      lookAgain(&socket)
      isMore = try receive(&socket, for: component)
      isMore = try send(&socket) || isMore
      try giveSign(&socket)
      stream.isWritten = socket.isFlushed && inbox.isEmpty
      if socket.hasSentAll || isOver(socket) { return }
    }
  }

  override func childEnded(_ child: Handle, _ outcome: Outcome) {
    hasEnded = true
    guard case .failed(let failure) = outcome else { return }
    hasFailed.withLock { $0 = true }
    lastWords = "\(failure)"
  }

  /// While a component is awake, the scheduler may not come to look at the kernel for long.
  private func lookAgain(_ socket: inout FrameSocket) {
    let now = now
    guard now >= nextLook else { return }
    nextLook = now + .milliseconds(1)
    socket.lookAgain()
  }

  private func isOver(_ socket: borrowing FrameSocket) -> Bool {
    hasEnded && inbox.isEmpty && socket.isFlushed && lastWords.isEmpty
  }

  // MARK: Receiving

  private func receive(_ socket: inout FrameSocket, for component: Handle) throws -> Bool {
    for _ in 0..<4 {
      guard try deliver(&socket, to: component), socket.receive() else {
        if socket.hasReceivedAll, waiting == nil { outbox.finish() }
        return false
      }
    }
    return true
  }

  private func deliver(_ socket: inout FrameSocket, to component: Handle) throws -> Bool {
    while true {
      if waiting == nil { waiting = nextParcel(&socket, for: component) }
      if let reason = socket.damage { throw StreamDamage(reason: reason) }
      guard let parcel = waiting else { return true }
      if outbox.isFull { return false }
      outbox.post(open(parcel))
      waiting = nil
    }
  }

  private func nextParcel(_ socket: inout FrameSocket, for component: Handle) -> Parcel? {
    while let parcel = socket.next() {
      guard parcel.frame.kind == .heartbeat else { return parcel }
      if parcel.frame.payload.isEmpty {
        signs.interval = .microseconds(parcel.frame.time)
      } else {
        component.stop()
      }
    }
    return nil
  }

  // MARK: Sending

  private func send(_ socket: inout FrameSocket) throws -> Bool {
    for _ in 0..<8 {
      guard socket.flush() else { return false }
      while socket.mayGather, let frame = inbox.take() {
        if frame.kind != .heartbeat { try socket.put(Parcel(frame)) }
      }
      if hasEnded, inbox.isEmpty, !lastWords.isEmpty {
        let words = Array(lastWords.utf8.prefix(2048))
        try socket.put(
          Parcel(PreviewFrame(kind: .heartbeat, sequence: signs.done, payload: words)))
        lastWords = ""
      }
      if socket.isFlushed { return false }
    }
    return true
  }

  private func giveSign(_ socket: inout FrameSocket) throws {
    guard signs.isDue(framesIn: socket.framesIn, of: self) else { return }
    let isAtRest =
      waiting == nil && isInputEmpty() && !scheduler.hasOthersAwake && !scheduler.hasTimers
    if isAtRest { signs.done = socket.framesIn }
    // What waits to be written is a sign already, as soon as it is read.
    if socket.isFlushed {
      try socket.put(Parcel(PreviewFrame(kind: .heartbeat, sequence: signs.done)))
      _ = socket.flush()
    }
    signs.windUp(framesIn: socket.framesIn, of: self)
  }
}

/// The parent process sent something else than frames.
struct StreamDamage: Error, CustomStringConvertible {
  let reason: String
  var description: String { "the parent process sent no preview stream: \(reason)" }
}
