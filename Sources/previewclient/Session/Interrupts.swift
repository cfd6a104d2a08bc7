// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Synchronization

/// Interrupts and changes of the window, on a thread of their own, where anything may be done.
///
/// The first SIGINT or SIGTERM stops the session in order: a picture that is being saved is finished,
/// a sound file made whole, the terminal put back. If that takes over two seconds, or at the second
/// signal, the process ends at once; the terminal is put back then too.
@safe
final class Interrupts: Sendable {
  private let first = Atomic<Int32>(0)
  /// Says that the picture must be drawn anew.
  private let redraw: @Sendable () -> Void
  private let session = Guarded<Handle?>(nil)

  init(redraw: @escaping @Sendable () -> Void) { self.redraw = redraw }

  /// The signal that ended the program, if one did.
  var signal: Int32? {
    let number = first.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Holds the signals back; to be called before any other thread exists, since these inherit it.
  func hold() { mask(SIG_BLOCK, Self.watched) }

  /// Waits for signals from now on.
  func begin(stopping session: Handle) {
    self.session.withLock { $0 = session }
    let context = unsafe Unmanaged.passRetained(self)
    var thread = pthread_t()
    unsafe pthread_create(
      &thread, nil,
      { raw in
        guard let raw = unsafe raw else { return nil }
        unsafe Unmanaged<Interrupts>.fromOpaque(raw).takeRetainedValue().wait()
        return nil
      }, context.toOpaque())
  }

  private static let watched = [SIGINT, SIGTERM, SIGWINCH]

  private func wait() {
    var set = signals(Self.watched)
    while true {
      var patience = timespec(tv_sec: 2, tv_nsec: 0)
      let number =
        signal == nil
        ? unsafe sigwaitinfo(&set, nil) : unsafe sigtimedwait(&set, nil, &patience)
      switch number {
      case SIGWINCH:
        deliver(number)
        redraw()
      case SIGINT, SIGTERM:
        let isFirst = first.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        if isFirst.exchanged { session.withLock { $0?.stop() } } else { deliver(number) }
      default:
        // Time is up; or a signal that isn't ours interrupted the wait.
        if let signal, errno == EAGAIN { exit(128 + signal) }
      }
    }
  }

  /// Gives a signal its usual course: the terminal's handlers put the terminal back.
  private func deliver(_ number: Int32) {
    mask(SIG_UNBLOCK, [number])
    raise(number)
    mask(SIG_BLOCK, [number])
  }

  private func mask(_ how: Int32, _ numbers: [Int32]) {
    var set = signals(numbers)
    unsafe pthread_sigmask(how, &set, nil)
  }

  private func signals(_ numbers: [Int32]) -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in numbers { unsafe sigaddset(&set, number) }
    return set
  }
}
