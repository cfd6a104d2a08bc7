// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Processes

/// Starts and ends children of all kinds; writes how many failed, and what is there more than after
/// the first ten: descriptors, children, KiB of memory.
nonisolated func cycle(_ count: Int) -> Int32 {
  _ = run(10)
  let (descriptors, memory) = (descriptorCount(), residentKiB())
  let failures = run(count)
  let children = waitpid(-1, nil, WNOHANG) == -1 ? 0 : 1
  var line = "\(failures) \(descriptorCount() - descriptors) \(children) "
  line += "\(residentKiB() - memory)\n"
  line.withUTF8 { _ = unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  return 0
}

private nonisolated func run(_ count: Int) -> Int {
  let failures = Guarded(0)
  let scheduler = Scheduler(onFault: { _ in failures.withLock { $0 += 1 } })
  scheduler.activate(Cycles(count))
  scheduler.run()
  return failures.withLock { $0 }
}

private nonisolated func descriptorCount() -> Int {
  (0..<1024).count { fcntl(Int32($0), F_GETFD) >= 0 }
}

private nonisolated func residentKiB() -> Int {
  let file = unsafe open("/proc/self/statm", O_RDONLY)
  defer { close(file) }
  let facts = String(decoding: contents(of: file), as: UTF8.self)
  return (facts.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4
}

/// Starts children one after the other, three at a time.
private final class Cycles: Component {
  private static let ways = ["echo", "exit", "segv", "throw", "swallow"]
  private let count: Int

  init(_ count: Int) { self.count = count }

  override func main() async throws {
    for cycle in 0..<count {
      var settings = ProcessSettings(
        program: ProcessSettings.thisProgram, arguments: [Self.ways[cycle % 5], "3"])
      settings.environment = ["SWIFT_BACKTRACE": "enable=no"]
      settings.keepsErrors = true
      let giver = Body { me in
        await me.outbox.send(PreviewFrame(kind: .picture, payload: [1, 2, 3]))
        await me.outbox.send(PreviewFrame(kind: .control))
      }
      let process = ProcessComponent(settings)
      try link(giver.outbox, to: process.inbox)
      activate(giver)
      activate(process)
      while children.count > 4 { await pause() }
    }
    await childrenEnded()
  }
}
