// SPDX-License-Identifier: Apache-2.0
import Axon
import Foundation
import Testing

/// Programs that must not compile, each beside a twin that differs in what is wrong and compiles.
///
/// A file in `Programs` is both: with `REFUSED` defined it is the wrong one. Its second line says
/// what the compiler must complain of.
@Suite struct Refusals {
  // One after the other: a compiler takes 150 MB.
  @Test(.serialized, arguments: Program.all)
  func `the compiler refuses what is wrong, for the reason given`(program: Program) async throws {
    let refused = try await Compiler.errors(in: program.path, defining: ["REFUSED"])
    #expect(!refused.isEmpty, "it compiles")
    // All errors are of the one kind: nothing else may be wrong with it.
    for error in refused { #expect(error.contains(program.complaint)) }
    #expect(try await Compiler.errors(in: program.path, defining: []) == [])
  }

  @Test func `there is a program for each rule of the tutorial`() {
    #expect(Program.all.count >= 16)
    #expect(Program.all.allSatisfy { !$0.complaint.isEmpty })
  }
}

/// What types can't tell is caught when the program runs.
@Suite struct `Refused at run time` {
  private final class Owner: Component {
    let inbox = Inbox<Int>()
    override func main() async throws { _ = await inbox.next() }
  }

  private final class Thief: Component {
    private let reach: () -> Void
    init(_ reach: @escaping () -> Void) { self.reach = reach }
    override func main() async throws { reach() }
  }

  @Test func `a box linked twice is an error, and the first linkage stays`() throws {
    let outbox = Outbox<Int>()
    let one = Inbox<Int>()
    let other = Inbox<Int>()
    let linkage = try link(outbox, to: one)
    #expect(throws: LinkError.self) { try link(outbox, to: other) }
    #expect(linkage.isLinked)
  }

  @Test func `reading another component's inbox ends the program`() async {
    await #expect(processExitsWith: .failure) {
      let scheduler = Scheduler()
      let owner = Owner()
      let inbox = owner.inbox
      scheduler.activate(owner)
      scheduler.activate(Thief { _ = inbox.take() })
      scheduler.run()
    }
  }

  @Test func `a component that does the same with its own inbox is let be`() async {
    await #expect(processExitsWith: .success) {
      let scheduler = Scheduler()
      let owner = Owner()
      let outbox = Outbox<Int>()
      _ = try? link(outbox, to: owner.inbox)
      outbox.post(1)
      scheduler.activate(owner)
      exit(scheduler.run().isEmpty ? 0 : 1)
    }
  }
}
