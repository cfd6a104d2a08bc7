// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

@Suite struct PreviewURLTests {
  @Test(arguments: [
    ("preview://localhost/a.mpg", PreviewRequest.Operation.preview, "localhost", 1616, "a.mpg"),
    ("PREVIEW://host:99/a/b%20c%C3%A4.ts", .preview, "host", 99, "a/b c\u{E4}.ts"),
    ("preview+ogg://[::1]:1616/x.ogg", .sound, "::1", 1616, "x.ogg"),
    ("preview://[fe80::1]/x", .preview, "fe80::1", 1616, "x"),
  ])
  func `is read`(
    text: String, operation: PreviewRequest.Operation, host: String, port: Int, title: String
  ) throws {
    let url = try PreviewURL(text)
    #expect(
      url.operation == operation && url.host == host && url.port == port && url.title == title)
    #expect(try PreviewURL("\(url)") == url)
  }

  @Test(arguments: ["preview://host", "preview://host/", "preview://host:5/"])
  func `may name the server alone`(text: String) throws {
    #expect(try PreviewURL(text).title == nil)
  }

  @Test(arguments: [
    "", "http://a/b", "preview:/a/b", "preview://", "preview:///a", "preview://h:0/a",
    "preview://h:65536/a",
    "preview://h:x/a", "preview://h:/a", "preview://h/%zz", "preview://h/%f", "preview://h/%ff",
    "preview://h/../a",
    "preview://h/a%00", "preview://u@h/a", "preview://[::1/a", "preview://[::1]x/a",
    "preview://h/%+1",
  ])
  func `anything else is refused`(text: String) {
    #expect(throws: MessageError.self) { try PreviewURL(text) }
  }
}
