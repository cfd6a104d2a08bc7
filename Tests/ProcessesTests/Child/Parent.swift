// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Processes

/// Starts three children, of which one hangs, one ignores every request and one waits; writes their
/// numbers once all have said them, and waits to be killed.
nonisolated func beParent() -> Int32 {
  let scheduler = Scheduler()
  scheduler.activate(Parent())
  scheduler.run()
  return 1
}

private final class Parent: Component {
  override func main() async throws {
    let answers = Inbox<PreviewFrame>()
    let orders = try ["pid", "stubborn-pid", "hang-pid"].map { behaviour in
      let process = ProcessComponent(
        ProcessSettings(program: ProcessSettings.thisProgram, arguments: [behaviour]))
      let orders = Outbox<PreviewFrame>()
      try link(orders, to: process.inbox)
      try link(process.outbox, to: answers)
      activate(process)
      return orders
    }
    for order in orders { await order.send(PreviewFrame(kind: .control)) }
    var numbers: [String] = []
    while numbers.count < 3, let answer = await answers.next() {
      if !answer.payload.isEmpty { numbers.append(String(decoding: answer.payload, as: UTF8.self)) }
    }
    var line = numbers.joined(separator: " ") + "\n"
    line.withUTF8 { _ = unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    while !isStopping { await pause() }
  }
}
