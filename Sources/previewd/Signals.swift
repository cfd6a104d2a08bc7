// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Turns interrupts into calls on a thread of their own, where anything may be done.
enum Signals {
  /// Calls `body` at each SIGINT or SIGTERM, with its number, from now on.
  ///
  /// Call it once, before any other thread exists: they all inherit that these signals are held
  /// back.
  static func onInterrupt(_ body: @escaping @Sendable (Int32) -> Void) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGINT)
    unsafe sigaddset(&set, SIGTERM)
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let context = unsafe Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    unsafe pthread_create(&thread, nil, waitForSignals, context.toOpaque())
  }

  fileprivate final class Body: Sendable {
    let call: @Sendable (Int32) -> Void
    init(_ call: @escaping @Sendable (Int32) -> Void) { self.call = call }
  }
}

private func waitForSignals(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let raw = unsafe raw else { return nil }
  let body = unsafe Unmanaged<Signals.Body>.fromOpaque(raw).takeRetainedValue()
  var set = sigset_t()
  unsafe sigemptyset(&set)
  unsafe sigaddset(&set, SIGINT)
  unsafe sigaddset(&set, SIGTERM)
  while true {
    var number: Int32 = 0
    if unsafe sigwait(&set, &number) == 0 { body.call(number) }
  }
}
