// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// Takes messages until it has all, and says so to another thread.
final class Last: Component {
  let inbox = Inbox<Int>(capacity: 32)
  let done = Flag()
  private let count: Int

  init(expecting count: Int) { self.count = count }

  override func main() async throws {
    var left = count
    while left > 0, await inbox.next() != nil { left -= 1 }
    done.give()
  }
}

/// A semaphore, for a thread that has no scheduler.
@safe
final class Flag: @unchecked Sendable {
  // Unchecked: a semaphore is made for several threads.
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { unsafe sem_init(semaphore, 0, 0) }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  func give() { unsafe sem_post(semaphore) }
  func wait() { while unsafe sem_wait(semaphore) != 0 {} }
}
