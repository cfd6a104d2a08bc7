// SPDX-License-Identifier: Apache-2.0
import Animation
import Media
import Outputs
import Testing

/// What holds for every output.
@Suite struct PropertyTests {
  private func make(
    _ kind: OutputKind, in folder: TestFolder, _ body: (OutputSet) throws -> Void
  ) throws {
    let plan = OutputPlan([OutputChoice(kind)], in: folder.path)
    let set = try plan.outputs(for: "/recordings/news.ts", animation: AnimationOutput.init)
    try set.begin(
      Material.recording(duration: .seconds(1200), slots: 120), sizes: [(32, 18)])
    try body(set)
  }

  private func add(_ slots: some Sequence<Int>, to set: OutputSet) throws {
    for slot in slots {
      let jpeg = try Material.jpeg(slot, width: slot == 4 ? 64 : 32, height: slot == 4 ? 64 : 18)
      try set.add(try Material.picture(slot), jpegs: [jpeg])
    }
  }

  @Test(arguments: OutputKind.allCases)
  func `the same pictures give the same bytes`(kind: OutputKind) throws {
    let made = try (0..<2).map { _ in
      let folder = try TestFolder()
      try make(kind, in: folder) { set in
        try add([2, 3, 4, 7, 8, 20, 21, 110], to: set)
        try set.finish(OutputEnd(.partial, reason: "holes", served: 8, missed: 112))
      }
      return try folder.contents()
    }
    #expect(made[0] == made[1] && !made[0].isEmpty)
  }

  @Test(arguments: OutputKind.allCases)
  func `without a picture there is no output, and a reason`(kind: OutputKind) throws {
    let folder = try TestFolder()
    let error = #expect(throws: MediaError.self) {
      try make(kind, in: folder) { set in
        try set.finish(OutputEnd(.failed, reason: "no video", served: 0))
      }
    }
    #expect(error?.operation == "make" && error?.reason == "there is no picture: no video")
    #expect(error?.subject.contains("/news") == true)
    #expect(try folder.names() == [])
  }

  @Test(arguments: OutputKind.allCases)
  func `one picture is enough`(kind: OutputKind) throws {
    let folder = try TestFolder()
    try make(kind, in: folder) { set in
      try add([0], to: set)
      try set.finish(OutputEnd(.complete, served: 1, duration: .seconds(7)))
      #expect(set.published.count == 1)
      // After the end there is nothing to abandon.
      set.abandon()
    }
    #expect(try !folder.names().isEmpty)
    #expect(try folder.names().allSatisfy { !$0.contains(".part") })
  }

  @Test(arguments: OutputKind.allCases)
  func `what is abandoned or forgotten leaves nothing`(kind: OutputKind) throws {
    let folder = try TestFolder()
    try make(kind, in: folder) { set in
      try add(0..<105, to: set)
      set.abandon()
      #expect(set.published.isEmpty)
      set.abandon()
    }
    #expect(try folder.names() == [])
    try make(kind, in: folder) { set in try add(0..<105, to: set) }
    #expect(try folder.names() == [])
  }

  @Test(arguments: OutputKind.allCases)
  func `an older output is replaced`(kind: OutputKind) throws {
    let folder = try TestFolder()
    try make(kind, in: folder) { set in
      try add(0..<110, to: set)
      try set.finish(OutputEnd(.complete, served: 110))
    }
    let first = try folder.contents()
    try make(kind, in: folder) { set in
      try add(50..<52, to: set)
      try set.finish(OutputEnd(.complete, served: 2))
    }
    let second = try folder.contents()
    let alone = try TestFolder()
    try make(kind, in: alone) { set in
      try add(50..<52, to: set)
      try set.finish(OutputEnd(.complete, served: 2))
    }
    #expect(second != first)
    #expect(try alone.contents() == second)
  }

  @Test func `an output that fails at its end doesn't stop the others`() throws {
    let folder = try TestFolder()
    try folder.write("news.sprites/notes.txt")
    let plan = OutputPlan(
      [.init(.sprites), .init(.bif), .init(.sheet)], in: folder.path)
    let set = try plan.outputs(for: "news.ts", animation: AnimationOutput.init)
    try set.begin(Material.recording(duration: .seconds(30)), sizes: [(32, 18)])
    try add(0..<3, to: set)
    let error = #expect(throws: MediaError.self) {
      try set.finish(OutputEnd(.complete, served: 3))
    }
    #expect(error?.subject == folder.path + "/news.sprites")
    set.abandon()
    #expect(
      set.published.map { $0.split(separator: "/").last } == [
        "news-320-10.bif", "news-sheet.jpg",
      ])
    #expect(
      try folder.names()
        == ["news-320-10.bif", "news-sheet.jpg", "news.sprites", "news.sprites/notes.txt"])
  }
}
