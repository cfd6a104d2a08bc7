// SPDX-License-Identifier: Apache-2.0

extension Watch {
  /// Something that isn't the kernel's became ready; on the scheduler's thread.
  package func raise(readable: Bool = false, writable: Bool = false, hungUp: Bool = false) {
    if readable { unsafe ready.pointee.isReadable = true }
    if writable { unsafe ready.pointee.isWritable = true }
    if hungUp { unsafe ready.pointee.hasHungUp = true }
    notify()
  }
}
