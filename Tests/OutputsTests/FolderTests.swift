// SPDX-License-Identifier: Apache-2.0
import Foundation
import Media
import Outputs
import Testing

@Suite struct PictureFolderTests {
  private let recording = Material.recording(duration: .seconds(50))

  @Test func `pictures are called by their slots and appear together`() throws {
    let folder = try TestFolder()
    let output = PictureFolderOutput(folder.path + "/news")
    try output.begin(recording)
    try output.add(try Material.picture(0))
    try output.add(try Material.picture(1_234_567))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/news"))
    try output.finish(OutputEnd(.complete, served: 2))
    #expect(try folder.names() == ["news", "news/000000.jpg", "news/1234567.jpg"])
    #expect(try folder.read("news/000000.jpg") == Material.jpeg(0))
    #expect(output.published == [folder.path + "/news"])
  }

  @Test func `an older folder of pictures is replaced as one`() throws {
    let folder = try TestFolder()
    try PictureFolderOutput(folder.path + "/news").make(0..<5, of: recording)
    try PictureFolderOutput(folder.path + "/news").make([7], of: recording)
    #expect(try folder.names() == ["news", "news/000007.jpg"])
  }

  @Test func `into a folder with other things pictures are moved one by one`() throws {
    let folder = try TestFolder()
    try folder.write("news/notes.txt")
    try folder.write("news/000000.jpg", "older")
    try PictureFolderOutput(folder.path + "/news").make([0, 2], of: recording)
    #expect(
      try folder.names() == ["news", "news/000000.jpg", "news/000002.jpg", "news/notes.txt"])
    #expect(try folder.read("news/000000.jpg") == Material.jpeg(0))
  }

  @Test func `a folder that grows shows each picture at once`() throws {
    let folder = try TestFolder()
    let output = PictureFolderOutput(folder.path + "/news", appearsAsItGrows: true)
    try output.begin(recording)
    try output.add(try Material.picture(3))
    #expect(try folder.names() == ["news", "news/000003.jpg"])
    try output.add(try Material.picture(4))
    output.abandon()
    #expect(try folder.names() == [])
  }

  @Test(arguments: ["news.sprites", "news.hls", "news.trickplay/32 - 10x10"])
  func `somebody's files are never replaced`(name: String) throws {
    let folder = try TestFolder()
    try folder.write("\(name)/notes.txt")
    let before = try folder.contents()
    let path = folder.path + "/news."
    let output = SheetOutput(writers: [
      TileWriter(path + "trickplay"), SpriteWriter(path + "sprites"), PlaylistWriter(path + "hls"),
    ])
    #expect(throws: MediaError.self) { try output.make(0..<5, of: recording) }
    output.abandon()
    #expect(
      try folder.contents().filter { $0.key.hasPrefix(name) }
        == before.filter {
          $0.key.hasPrefix(name)
        })
    #expect(try folder.names().filter { $0.contains(".part") } == [])
  }

  @Test func `older sheets are replaced as one, other widths stay`() throws {
    let folder = try TestFolder()
    let tiles = { SheetOutput(writers: [TileWriter(folder.path + "/news.trickplay")]) }
    try tiles().make(0..<150, of: Material.recording(duration: .seconds(1500)))
    try tiles().make(0..<5, of: Material.recording(duration: .seconds(50), width: 64))
    try tiles().make(0..<5, of: recording)
    #expect(
      try folder.names() == [
        "news.trickplay", "news.trickplay/32 - 10x10", "news.trickplay/32 - 10x10/0.jpg",
        "news.trickplay/64 - 10x10", "news.trickplay/64 - 10x10/0.jpg",
      ])
  }
}

@Suite struct DraftTests {
  private let dead = "2147483000-1-1"

  @Test func `the drafts of ended processes are found, others aren't`() throws {
    let folder = try TestFolder()
    try folder.write(".news.bif.\(dead).part")
    try folder.write(".news.sprites.\(dead).part/sheet-000.jpg")
    try folder.write(".news.part")
    try folder.write("news.bif.\(dead).part")
    let output = BIFOutput(folder.path + "/other.bif")
    try output.begin(Material.recording(duration: .seconds(50)))
    let found = Drafts.abandoned(in: folder.path)
    #expect(
      found == [".news.bif", ".news.sprites"].map { "\(folder.path)/\($0).\(dead).part" })
    for path in found { #expect(Drafts.remove(path)) }
    #expect(Drafts.abandoned(in: folder.path) == [])
    let left = try folder.names().filter { !$0.hasPrefix(".other") }
    #expect(left == [".news.part", "news.bif.\(dead).part"])
    try output.add(try Material.picture(0))
    try output.finish(OutputEnd(.complete, served: 1))
    #expect(try folder.names().contains("other.bif"))
  }

  @Test func `a process of the same number that began later isn't its maker`() throws {
    let folder = try TestFolder()
    try folder.write(".news.bif.\(getpid())-1-1.part")
    #expect(Drafts.abandoned(in: folder.path).count == 1)
  }

  @Test func `a lock tells of a maker whose process can't be seen from here`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/.news.bif.\(dead).part"
    try folder.write(".news.bif.\(dead).part")
    let descriptor = unsafe open(path, O_RDONLY)
    #expect(flock(descriptor, LOCK_SH) == 0)
    #expect(Drafts.abandoned(in: folder.path) == [] && !Drafts.remove(path))
    close(descriptor)
    #expect(Drafts.abandoned(in: folder.path) == [path])
  }

  @Test func `nothing but drafts is removed`() throws {
    let folder = try TestFolder()
    try folder.write("news.bif")
    #expect(!Drafts.remove(folder.path + "/news.bif") && !Drafts.remove(folder.path))
    #expect(try folder.names() == ["news.bif"])
  }

  @Test func `a long name has a draft too`() throws {
    let folder = try TestFolder()
    let name = String(repeating: "ü", count: 125) + ".bif"
    try BIFOutput(folder.path + "/" + name)
      .make(0..<2, of: Material.recording(duration: .seconds(20)))
    #expect(try folder.names() == [name])
  }

  @Test func `two outputs of one name at a time don't disturb each other`() throws {
    let folder = try TestFolder()
    let recording = Material.recording(duration: .seconds(20))
    let one = BIFOutput(folder.path + "/a.bif")
    let other = BIFOutput(folder.path + "/a.bif")
    for output in [one, other] { try output.begin(recording) }
    for output in [one, other] { try output.add(try Material.picture(0)) }
    for output in [one, other] { try output.finish(OutputEnd(.complete, served: 1)) }
    #expect(try folder.names() == ["a.bif"])
  }
}

/// A file system of 64 KiB, which only root can make.
final class SmallDisk {
  static let isPossible = (try? SmallDisk()) != nil
  let path: String
  private let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    path = folder.path
    guard
      try Programs.run("/bin/mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", path]).code == 0
    else { throw Programs.Failed(description: "no mount") }
  }

  deinit { _ = try? Programs.run("/bin/umount", ["-l", path]) }
}

@Suite(.enabled(if: SmallDisk.isPossible, "needs the right to mount a small disk"))
struct FullDiskTests {
  @Test(arguments: OutputKind.allCases.filter { $0 != .webp && $0 != .gif })
  func `a full disk is named, and nothing is left on it`(kind: OutputKind) throws {
    let disk = try SmallDisk()
    let plan = OutputPlan([OutputChoice(kind)], in: disk.path + "/made")
    let set = try plan.outputs(for: "news.ts") { _ in
      MultipartOutput(.descriptor(1, name: "never"))
    }
    // Pictures that don't compress: about 7 KiB each.
    let jpeg = try noise()
    let error = #expect(throws: MediaError.self) {
      try set.begin(Material.recording(duration: nil), sizes: [(64, 64)])
      for slot in 0..<200 {
        try set.add(
          OutputPicture(slot: slot, askedTime: 0, time: Int64(slot) * 1_000_000, jpeg: jpeg),
          jpegs: [jpeg])
      }
      try set.finish(OutputEnd(.complete, served: 200))
    }
    set.abandon()
    #expect(error?.reason == "No space left on device: free some space, or choose another disk")
    #expect(error?.subject.hasPrefix(disk.path + "/made/news") == true)
    let left = try FileManager.default.subpathsOfDirectory(atPath: disk.path)
    #expect(left == ["made"])
  }

  private func noise() throws -> [UInt8] {
    var state: UInt32 = 1
    let picture = Picture(canvas: 64, height: 64) { canvas in
      for place in 0..<64 * 64 {
        state = state &* 1_664_525 &+ 1_013_904_223
        canvas.mix(
          x: place % 64, y: place / 64, .init(UInt8(state >> 24), blue: UInt8(state >> 16 & 255)),
          share: 256)
      }
    }
    return try JPEGEncoder(quality: 98).encode(picture)
  }
}
