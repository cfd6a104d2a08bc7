// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import CLinux
internal import Internet

/// A page of memory that a child process shares with its parent: what it achieves, counted, and what
/// it died of.
///
/// Writing to it is one addition, so a child that computes for long says all the time that it gets on,
/// without a word sent. The child can only lie about itself.
@safe public final class ProgressBoard: @unchecked Sendable {
  // Both processes read and write it by atomics alone, and it is unmapped when nobody has it.
  private let board: OpaquePointer

  /// Makes a board, and the descriptor by which a child process gets it.
  static func make() -> (board: ProgressBoard, descriptor: SharedDescriptor)? {
    var pointer: OpaquePointer?
    let descriptor = unsafe clinux_make_board(&pointer)
    guard descriptor >= 0, let pointer = unsafe pointer else { return nil }
    return unsafe (ProgressBoard(pointer), SharedDescriptor(Descriptor(descriptor)))
  }

  /// Takes over the board behind a descriptor.
  convenience init?(takingOver descriptor: Int32) {
    guard let pointer = unsafe clinux_take_board(descriptor) else { return nil }
    unsafe self.init(pointer)
  }

  private init(_ board: OpaquePointer) { unsafe self.board = board }

  deinit { unsafe clinux_release_board(board) }

  /// Counts something that was achieved: a packet read, a picture decoded.
  public func advance() { unsafe clinux_advance(board) }

  /// What was achieved so far; it wraps.
  var progress: UInt64 { unsafe clinux_progress(board) }

  /// Number of the system call that the child wasn't allowed, and died of.
  var forbiddenCall: Int32? {
    let number = unsafe clinux_forbidden_call(board)
    return number > 0 ? number - 1 : nil
  }

  /// Has this process note on the board what call it dies of.
  func tellForbiddenCalls() { unsafe clinux_tell_forbidden_calls(board) }
}

extension Component {
  /// In a child process, where it counts what it achieves; `nil` elsewhere.
  public final var progressBoard: ProgressBoard? { try? tracker.value(ProgressBoard.name) }
}

extension ProgressBoard {
  static let name = "progress board"
}
