// SPDX-License-Identifier: Apache-2.0
import Glibc
import Internet
import Media
import Testing

@testable import PreviewServer

@Suite struct CatalogueTests {
  let folder: TestFolder
  let outside: TestFolder
  let catalogue: Catalogue

  init() throws {
    outside = try TestFolder()
    try outside.write("secret.mpg")
    folder = try TestFolder()
    for name in ["b.mpg", "a.ts", "shows/news.mpg", "song.OGG", "readme.txt", ".hidden.mpg"] {
      try folder.write(name)
    }
    try folder.write(".cache/thumb.mpg")
    try folder.link("out.mpg", to: outside.path + "/secret.mpg")
    try folder.link("up", to: "..")
    try folder.link("away", to: outside.path)
    try folder.link("magic", to: "/proc/self/fd")
    try folder.link("root.mpg", to: "/proc/self/root" + outside.path + "/secret.mpg")
    try folder.link("loop", to: "loop")
    try folder.link("inside.mpg", to: "shows/news.mpg")
    _ = unsafe mkfifo(folder.path + "/pipe.mpg", 0o600)
    catalogue = try Catalogue(paths: [folder.path])
  }

  private func code(_ title: String) -> PreviewFailure.Code? {
    do throws(PreviewFailure) {
      _ = try catalogue.open(title)
      return nil
    } catch { return error.code }
  }

  @Test(arguments: [
    "../secret.mpg", "shows/../../secret.mpg", "/etc/passwd", "out.mpg", "up/secret.mpg",
    "away/secret.mpg", "root.mpg", "magic/0", "loop", "loop/a", "a.ts/b", "", ".", "..", "shows",
    "pipe.mpg", "none.mpg", "nul\u{0}.mpg",
  ])
  func `nothing outside, and nothing but files, is opened`(title: String) {
    #expect(code(title) == .notFound)
  }

  @Test func `a path that is absolute, and inside, is still no title`() {
    #expect(code(folder.path + "/a.ts") == .notFound)
  }

  @Test(arguments: ["a.ts", "shows/news.mpg", "readme.txt", "inside.mpg"])
  func `what lies inside is opened`(title: String) { #expect(code(title) == nil) }

  @Test func `a list shows recordings by title, without hidden ones, links and pipes`() throws {
    let entries = try catalogue.list(below: nil)
    #expect(entries.map(\.title) == ["a.ts", "b.mpg", "shows/news.mpg", "song.OGG"])
    #expect(entries.map(\.kind) == [.video, .video, .video, .sound])
    #expect(entries.allSatisfy { $0.byteCount == 9 })
  }

  @Test func `a folder's list has whole titles`() throws {
    #expect(try catalogue.list(below: "shows").map(\.title) == ["shows/news.mpg"])
  }

  @Test(arguments: ["none", "up", "away", "magic", "a.ts", "../x", "loop"])
  func `a folder that isn't inside has no list`(title: String) {
    #expect(throws: PreviewFailure.self) { try catalogue.list(below: title) }
  }

  @Test func `a file that was named is the only one`() throws {
    let one = try Catalogue(paths: [folder.path + "/b.mpg"])
    #expect(try one.list(below: nil).map(\.title) == ["b.mpg"])
    _ = try one.open("b.mpg")
    #expect(throws: PreviewFailure.self) { _ = try one.open("a.ts") }
    #expect(throws: PreviewFailure.self) { _ = try one.open("shows/news.mpg") }
    #expect(throws: PreviewFailure.self) { try one.list(below: "shows") }
  }

  @Test func `a link that was named is served, wherever it leads`() throws {
    let one = try Catalogue(paths: [folder.path + "/out.mpg"])
    #expect(try one.list(below: nil).map(\.title) == ["out.mpg"])
    _ = try one.open("out.mpg")
  }

  @Test func `several roots are one catalogue, and the first has precedence`() throws {
    let other = try TestFolder()
    try other.write("b.mpg", [1])
    try other.write("c.mpg", [1])
    let both = try Catalogue(paths: [folder.path, other.path, outside.path + "/secret.mpg"])
    let entries = try both.list(below: nil)
    #expect(
      entries.map(\.title) == [
        "a.ts", "b.mpg", "c.mpg", "secret.mpg", "shows/news.mpg", "song.OGG",
      ])
    #expect(entries[1].byteCount == 9)
    let size = try both.open("b.mpg").identity.byteCount
    #expect(size == 9)
  }

  @Test func `a recording that changes is another one`() throws {
    let before = try catalogue.open("a.ts").identity
    let again = try catalogue.open("a.ts").identity
    #expect(before == again)
    try folder.write("a.ts", Array("longer than before".utf8))
    let after = try catalogue.open("a.ts").identity
    #expect(before != after)
  }

  @Test func `paths that can't be served are refused by name`() throws {
    for path in ["/nowhere/at/all", folder.path + "/pipe.mpg"] {
      let error = #expect(throws: MediaError.self) { try Catalogue(paths: [path]) }
      #expect(error?.description.contains(path) == true)
    }
  }
}
