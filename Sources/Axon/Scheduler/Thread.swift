// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A kernel thread that runs one closure.
@safe
final class Thread: @unchecked Sendable {
  // Unchecked: `id` is written once, before the thread is shared.
  private var id: pthread_t = 0

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  init(_ run: @escaping @Sendable () -> Void) {
    let body = unsafe Unmanaged.passRetained(Body(run))
    let result = unsafe pthread_create(
      &id, nil,
      { raw in
        if let raw = unsafe raw { unsafe Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    precondition(result == 0, "no more threads: pthread_create says \(result)")
  }

  func join() { pthread_join(id, nil) }
}

/// Writes a line to standard error, whole, even from several threads at once.
public func complain(_ line: String) {
  var text = line + "\n"
  text.withUTF8 { bytes in
    _ = unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count)
  }
}
