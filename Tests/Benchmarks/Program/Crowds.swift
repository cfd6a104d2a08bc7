// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// Many components that do nothing: what they weigh, and what their lives cost.
enum Crowds {
  final class AsyncSleeper: Component {
    let inbox = Inbox<Int>()
    let outbox = Outbox<Int>()
    override func main() async throws { _ = await inbox.next() }
  }

  final class CallbackSleeper: CallbackComponent {
    let inbox = Inbox<Int>()
    let outbox = Outbox<Int>()
    override func mainBody() -> Turn { .pause }
  }

  final class Mayfly: Component {
    let inbox = Inbox<Int>()
    let outbox = Outbox<Int>()
    override func main() async throws {}
  }

  private static func fill(_ scheduler: Scheduler, _ count: Int, callback: Bool) {
    for _ in 0..<count {
      if callback {
        scheduler.activate(CallbackSleeper())
      } else {
        scheduler.activate(AsyncSleeper())
      }
    }
  }

  /// Bytes of memory that one idle component with an inbox and an outbox takes.
  static func idleBytes(count: Int, callback: Bool) -> Double {
    let scheduler = Scheduler()
    // What a class needs once is there before the count begins.
    fill(scheduler, 10, callback: callback)
    scheduler.run()
    let before = residentBytes()
    fill(scheduler, count, callback: callback)
    // It returns with all of them asleep, because nobody can wake them.
    let left = scheduler.run().count
    precondition(left == count + 10, "\(left) components are left, not \(count + 10)")
    return Double(residentBytes() - before) / Double(count)
  }

  private static func residentBytes() -> Int {
    let pages = text(of: "/proc/self/statm").split(separator: " ").dropFirst().first
    return (pages.flatMap { Int($0) } ?? 0) * 4096
  }

  /// Seconds for components to be created, activated and finished.
  static func lives(count: Int) -> Double {
    let scheduler = Scheduler()
    let start = cpuNanoseconds()
    for _ in 0..<count { scheduler.activate(Mayfly()) }
    scheduler.run()
    return Double(cpuNanoseconds() - start) / 1e9
  }

  /// How often the scheduler's thread went to sleep and was woken, with all components idle.
  static func wakes(count: Int, seconds: UInt32) -> Int {
    let scheduler = Scheduler()
    fill(scheduler, count, callback: false)
    scheduler.start()
    sleep(1)
    let before = switches()
    sleep(seconds)
    let after = switches()
    scheduler.stop()
    return after - before
  }

  /// Voluntary context switches of all threads but the first.
  private static func switches() -> Int {
    guard let folder = unsafe opendir("/proc/self/task") else { return -1 }
    defer { unsafe closedir(folder) }
    var sum = 0
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let number = Int32(name), number != getpid() else { continue }
      for line in text(of: "/proc/self/task/\(name)/status").split(separator: "\n")
      where line.hasPrefix("voluntary_ctxt_switches:") {
        sum += Int(line.filter(\.isNumber)) ?? 0
      }
    }
    return sum
  }

  private static func text(of path: String) -> String {
    let file = unsafe open(path, O_RDONLY)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = unsafe read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
