// SPDX-License-Identifier: Apache-2.0
import AxonTestKit
import Testing

@testable import Axon

@Suite(.serialized) struct Placements {
  /// Notes on which scheduler it lives.
  private func witness(_ record: Record<Int>) -> sending Component {
    Body { component in record.add(component.scheduler.number) }
  }

  @Test func `a number places on that scheduler`() {
    let schedulers = Schedulers(count: 3)
    let record = Record<Int>()
    for number in 0..<3 { schedulers.activate(witness(record), on: .number(number)) }
    #expect(schedulers.run().isEmpty)
    #expect(record.entries.sorted() == [0, 1, 2])
  }

  @Test func `any chooses the scheduler with the fewest components, and takes turns`() {
    let schedulers = Schedulers(count: 3)
    let record = Record<Int>()
    for _ in 0..<4 { schedulers.activate(witness(record), on: .number(0)) }
    for _ in 0..<8 { schedulers.activate(witness(record), on: .any) }
    #expect(schedulers.run().isEmpty)
    #expect(record.entries.sorted() == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
  }

  @Test func `who has ended doesn't count for placement any more`() {
    let schedulers = Schedulers(count: 2)
    for _ in 0..<10 { schedulers.activate(Body { _ in }, on: .number(0)) }
    schedulers.activate(Blocking { _ in }, on: .number(0))
    #expect(schedulers.run().isEmpty)
    let record = Record<Int>()
    for _ in 0..<4 { schedulers.activate(witness(record)) }
    #expect(schedulers.run().isEmpty)
    #expect(record.entries.sorted() == [0, 0, 1, 1])
  }

  @Test func `beside places where the other lives, here where the parent lives`() {
    let schedulers = Schedulers(count: 4)
    let record = Record<Int>()
    let pair = (witness(record), witness(record), witness(record))
    schedulers.activate(
      Body { [seeds = SeedBox([pair.0, pair.1, pair.2])] component in
        let first = component.activate(seeds.take(0), on: .number(3))
        component.activate(seeds.take(1), on: .beside(first))
        component.activate(seeds.take(2), on: .here)
        await component.childrenEnded()
      }, on: .number(2))
    #expect(schedulers.run().isEmpty)
    #expect(record.entries.sorted() == [2, 3, 3])
  }

  @Test func `a parent learns of the ends of children on other schedulers`() throws {
    final class Parent: Component {
      let ended: Record<String>
      init(_ ended: Record<String>) { self.ended = ended }
      override func main() async throws {
        for number in 0..<60 {
          switch number % 3 {
          case 0: activate(Body { _ in if number == 30 { throw Mishap() } }, on: .any)
          case 1: activate(Turns { _ in .finished }, on: .any)
          default: activate(Blocking { _ in }, on: .any)
          }
        }
        await childrenEnded()
      }
      override func childEnded(_ child: Handle, _ outcome: Outcome) {
        if case .failed = outcome { ended.add("failed") } else { ended.add("finished") }
      }
    }
    for _ in 0..<20 {
      let schedulers = Schedulers(count: 3, onFault: { _ in })
      let ended = Record<String>()
      schedulers.activate(Parent(ended))
      #expect(schedulers.run().isEmpty)
      #expect(ended.count == 60)
      #expect(ended.entries.count { $0 == "failed" } == 1)
    }
  }

  @Test func `the end of a parent stops its children on other schedulers`() {
    for _ in 0..<50 {
      let schedulers = Schedulers(count: 3)
      let ends = Record<Int>()
      schedulers.activate(
        Body { component in
          for number in 0..<6 {
            component.activate(
              Body { child in
                _ = await child.inbox.next()
                await child.pause()
                ends.add(number)
              }, on: .number(number % 3))
          }
          component.activate(Blocking { _ = $0.inbox.blockingNext() }, on: .number(1))
        })
      #expect(schedulers.run().isEmpty)
      #expect(ends.entries.sorted() == Array(0..<6))
    }
  }

  @Test func `on a sole scheduler every placement is that one`() {
    let scheduler = Scheduler()
    let record = Record<Int>()
    scheduler.activate(
      Body { component in
        component.activate(
          Body { _ in record.add(1) }, on: .any)
        component.activate(Body { _ in record.add(2) }, on: .number(0))
        component.activate(Body { _ in record.add(3) }, on: .beside(component.handle))
        await component.childrenEnded()
      })
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == [1, 2, 3])
  }

  @Test(
    arguments: [
      ("max 100000\n", nil), ("100000 100000\n", 1), ("150000 100000\n", 2), ("20000 100000", 1),
      ("400000 100000", 4), ("", nil), ("0 100000", nil), ("5", nil), ("x y", nil), ("1 0", nil),
    ] as [(String, Int?)])
  func `the limit of a control group is read, and rounded up`(text: String, cores: Int?) {
    #expect(Cores.limit(inFile: text) == cores)
  }

  @Test func `the limits of the groups around one's own hold too`() {
    #expect(
      Cores.files(forGroups: "1:cpu:/x\n0::/a/b\n") == [
        "/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/a/b/cpu.max", "/sys/fs/cgroup/a/cpu.max",
      ])
    #expect(Cores.files(forGroups: "0::/\n") == ["/sys/fs/cgroup/cpu.max"])
    #expect(Cores.files(forGroups: "").isEmpty)
  }
}
