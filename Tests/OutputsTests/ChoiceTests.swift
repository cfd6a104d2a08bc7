// SPDX-License-Identifier: Apache-2.0
import Animation
import Media
import Outputs
import Testing

@Suite struct ChoiceTests {
  @Test(arguments: OutputKind.allCases) func `every kind is asked for by name`(
    kind: OutputKind
  ) throws {
    #expect(try OutputChoice(kind.rawValue) == OutputChoice(kind))
  }

  @Test func `options and paths are read`() throws {
    #expect(try OutputChoice("jellyfin:8x6").grid == SheetGrid(columns: 8, rows: 6))
    #expect(try OutputChoice("sheet").grid == SheetGrid(columns: 4, rows: 5))
    #expect(try OutputChoice("bif:index").isIndex)
    #expect(try OutputChoice("mjpeg=-").path == "-")
    let loop = try OutputChoice("webp:12,0.4=/srv/a=b:c.webp")
    #expect(loop.count == 12 && loop.frameTime == .milliseconds(400))
    #expect(loop.path == "/srv/a=b:c.webp")
  }

  @Test(arguments: [
    ("avi", "there is no output 'avi': one of jpeg, pvs, bif, bif-exact, jellyfin, sprites, hls"),
    ("", "there is no output ''"), ("jellyfin:0x5", "may come COLUMNSxROWS, 1x1 to 100x100"),
    ("sheet:4x", "COLUMNSxROWS"), ("sheet:101x1", "COLUMNSxROWS"), ("sheet:+4x5", "COLUMNSxROWS"),
    ("gif:0", "COUNT or COUNT,SECONDS"), ("gif:5,0.001", "0.02 to 60 seconds"),
    ("gif:5,1,2", "COUNT or"), ("jpeg:1", "may come nothing"), ("bif:index.bif", "index-sd.bif"),
    ("bif=-", "only pvs and mjpeg can be written to standard output"), ("pvs=", "a path must come"),
  ]) func `what isn't allowed is refused with what is`(text: String, reason: String) {
    #expect { try OutputChoice(text) } throws: { error in
      "\(error)".hasPrefix("make '\(text)': ") && "\(error)".contains(reason)
    }
  }

  @Test func `every output has its place`() throws {
    let plan = OutputPlan(OutputKind.allCases.map { OutputChoice($0) }, in: "/out")
    #expect(
      plan.places(for: "/rec/news.2024.ts").map(\.path) == [
        "/out/news.2024", "/out/news.2024.pvs", "/out/news.2024-320-10.bif",
        "/out/news.2024-320-exact.bif", "/out/news.2024.trickplay/320 - 10x10",
        "/out/news.2024.sprites", "/out/news.2024.hls", "/out/news.2024-sheet.jpg",
        "/out/news.2024.mjpeg", "/out/news.2024.webp", "/out/news.2024.gif",
      ])
  }

  @Test func `several widths are told apart`() throws {
    var plan = OutputPlan(
      [.init(.jpeg), .init(.pvs), .init(.jellyfin), try OutputChoice("bif=/x/y.bif")], in: "out/")
    plan.widths = [320, 641]
    #expect(
      plan.places(for: "news").map(\.path) == [
        "out/news-320", "out/news-641", "out/news-320.pvs", "out/news-641.pvs",
        "out/news.trickplay/320 - 10x10", "out/news.trickplay/640 - 10x10", "/x/y.bif",
        "/x/y.bif",
      ])
    #expect(plan.places(for: "news").map(\.width) == [0, 1, 0, 1, 0, 1, 0, 1])
  }

  @Test func `a plan's outputs are made where it says`() throws {
    let folder = try TestFolder()
    var plan = OutputPlan(
      OutputKind.allCases.map { OutputChoice($0) }, in: folder.path + "/a/b")
    plan.widths = [32, 64]
    let set = try plan.outputs(for: "news.ts", animation: AnimationOutput.init)
    let recording = Material.recording(duration: .seconds(30))
    try set.begin(recording, sizes: [(32, 18), (64, 36)])
    for slot in 0..<3 {
      try set.add(
        try Material.picture(slot),
        jpegs: [try Material.jpeg(slot), try Material.jpeg(slot, width: 64, height: 36)])
    }
    #expect(set.published.isEmpty)
    try set.finish(OutputEnd(.complete, served: 3))
    #expect(Set(set.published) == Set(plan.places(for: "news.ts").map(\.path)))
    // Sheets of the same grid and width are made once: two outputs for six places.
    #expect(set.parts.count == 2 * 8 + 2)
  }
}
