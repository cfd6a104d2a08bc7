// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Turns interrupts into calls on a thread of their own, where anything may be done.
enum Interrupts {
  /// Calls `body` at each SIGINT or SIGTERM from now on.
  ///
  /// Before any other thread exists: they all inherit that these signals are held back.
  static func wait(_ body: @escaping @Sendable () -> Void) {
    var set = signals()
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let context = unsafe Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    unsafe pthread_create(&thread, nil, waitForInterrupts, context.toOpaque())
  }

  fileprivate static func signals() -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGINT)
    unsafe sigaddset(&set, SIGTERM)
    return set
  }

  fileprivate final class Body: Sendable {
    let call: @Sendable () -> Void
    init(_ call: @escaping @Sendable () -> Void) { self.call = call }
  }
}

private func waitForInterrupts(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let raw = unsafe raw else { return nil }
  let body = unsafe Unmanaged<Interrupts.Body>.fromOpaque(raw).takeRetainedValue()
  var set = Interrupts.signals()
  while true {
    var number: Int32 = 0
    if unsafe sigwait(&set, &number) == 0 { body.call() }
  }
}
