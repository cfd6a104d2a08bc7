// SPDX-License-Identifier: Apache-2.0
// Public, because every send asks and must not pay for a call.
public import CLinux

/// Whose thread this is and whose turn it is: the answer to "may I touch this box without a lock?".
@safe @usableFromInline
struct CurrentThread {
  @usableFromInline var home: UnsafeMutableRawPointer?
  @usableFromInline var core: CorePointer?
}

/// The calling thread's own record; never shared with another thread.
@inlinable @inline(__always)
func currentThread() -> UnsafeMutablePointer<CurrentThread> {
  // Two pointers in C, two pointers here: a Swift view of the same sixteen bytes.
  unsafe UnsafeMutableRawPointer(clinux_current_thread()).assumingMemoryBound(
    to: CurrentThread.self)
}

/// Whether it is this component's turn, or nobody's when there is none.
///
/// Words are compared: of two optional pointers each would be looked at for `nil` first.
@inlinable @inline(__always)
func isTurn(of core: CorePointer?) -> Bool {
  unsafe unsafeBitCast(currentThread().pointee.core, to: UInt.self)
    == unsafeBitCast(core, to: UInt.self)
}

/// Tells the processor that a loop waits for another one.
func relaxProcessor() { clinux_relax() }
