// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import CLinux
public import Media

/// The other end of a `ProcessComponent`: what parent and child have agreed on.
enum ChildSide {
  /// The stream's descriptor in the child.
  static let stream: Int32 = 3
  /// That of the board where the child counts what it achieves.
  static let board: Int32 = 4
  /// Payload of the heartbeat that asks a child to end at once.
  static let stopWord = "stop"
}

/// Runs a component in this process for the `ProcessComponent` that started it, to its end.
///
/// ```swift
/// exit(runAsProcess { Decoder() })
/// ```
/// The component is one like any other: its `inbox` gives what the parent's was sent. It lives on a
/// scheduler of its own, on the calling thread. The process ends with its parent, whatever it does.
///
/// - Parameters:
///   - isolated: whether it gives up, before its first message, all that computing doesn't need:
///     docs/ISOLATION.md. One that can't doesn't work.
///   - make: makes the component; what it needs of files is opened and loaded here.
/// - Returns: the exit code: 0 when the component finished or the parent is gone, 1 when it failed,
///   which the parent is told, 64 when this program wasn't started by a `ProcessComponent`.
public func runAsProcess<C: Source & Sink>(
  isolated: Bool = false, _ make: () throws -> sending C
) -> Int32 where C.Input == PreviewFrame, C.Output == PreviewFrame {
  live(isolated, make) { $0.frame }
}

/// Runs a component that takes descriptors, too: as `runAsProcess` for frames alone.
///
/// - Parameters:
///   - isolated: whether it gives up all that computing doesn't need.
///   - make: makes the component.
/// - Returns: the exit code.
public func runAsProcess<C: Source & Sink>(
  isolated: Bool = false, _ make: () throws -> sending C
) -> Int32 where C.Input == Parcel, C.Output == PreviewFrame {
  live(isolated, make) { $0 }
}

private func live<C: Source & Sink>(
  _ isolated: Bool, _ make: () throws -> sending C, open: @escaping @Sendable (Parcel) -> C.Input
) -> Int32 where C.Output == PreviewFrame {
  clinux_end_with_parent()
  clinux_tell_want_of_memory()
  guard clinux_claim_socket(ChildSide.stream) != 0 else {
    complain("this program works for another one, which starts it: descriptor 3 is no socket")
    return 64
  }
  let board = ProgressBoard(takingOver: ChildSide.board)
  let scheduler = Scheduler()
  let hasFailed = Guarded(false)
  do {
    let component = try make()
    let (inbox, outbox) = (component.inbox, component.outbox)
    let socket = ChildSocket(
      Seed(component), isInputEmpty: { inbox.isEmpty }, open: open, hasFailed: hasFailed,
      board: board, isolated: isolated)
    try link(socket.outbox, to: inbox)
    try link(outbox, to: socket.inbox)
    scheduler.activate(socket)
  } catch {
    complain("\(error)")
    return 1
  }
  scheduler.run()
  return hasFailed.withLock { $0 } ? 1 : 0
}
