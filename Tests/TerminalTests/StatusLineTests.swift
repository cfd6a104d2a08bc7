// SPDX-License-Identifier: Apache-2.0
import Terminal
import Testing

private func status(_ title: String) -> StatusLine {
  StatusLine(
    title: title, time: .milliseconds(3_723_999), slot: 9, slots: 183, frameByteCount: 14_900,
    rate: 2)
}

@Suite struct StatusLineTests {
  @Test func `it says title, time, slot, size and rate`() {
    #expect(
      status("news").text(columns: 50, isUTF8: true)
        == "news               01:02:03  9/183  14.9 KB  2.0/s")
    var short = status("news")
    short.slots = nil
    short.rate = nil
    short.frameByteCount = 999
    short.time = .seconds(-1)
    #expect(short.text(isUTF8: true) == "news  -00:00:01  9  999 B")
    short.isGrowing = true
    #expect(short.text(isUTF8: true) == "news  -00:00:01  9  recording  999 B")
    short.frameByteCount = 16_777_216
    #expect(short.text(isUTF8: true).hasSuffix("16.8 MB"))
  }

  @Test(arguments: 0...60)
  func `it never takes more cells than there are`(columns: Int) {
    let titles = ["a", "日本語の番組", String(repeating: "é", count: 99), "e\u{301}e\u{301}", ""]
    for title in titles {
      for isUTF8 in [true, false] {
        let text = status(title).text(columns: columns, isUTF8: isUTF8)
        // The sample's characters are 2 cells wide from U+3000 on, marks take none.
        let width = text.unicodeScalars.reduce(0) {
          $0 + ($1.value >= 0x3000 ? 2 : $1.value == 0x301 ? 0 : 1)
        }
        #expect(width <= columns)
        if columns >= 40 { #expect(width == columns) }
      }
    }
  }
}

@Suite struct CellTextTests {
  @Test(arguments: [
    ("plain", "plain", 5), ("日本", "日本", 4), ("e\u{301}", "e\u{301}", 1), ("", "", 0),
    ("a\u{1B}[31mb", "a?[31mb", 7), ("\u{9B}2J", "?2J", 3), ("a\r\n\tb", "a???b", 5),
    ("\u{202E}abc\u{2066}", "?abc?", 5), ("\u{2028}\u{2029}", "??", 2), ("a\u{200D}b", "ab", 2),
    ("❤\u{FE0F}", "❤", 1), ("\u{E000}\u{10FFFF}", "??", 2), ("\u{7F}\u{0}", "??", 2),
    ("e" + String(repeating: "\u{301}", count: 50), "e\u{301}\u{301}", 1), ("\u{301}x", "x", 1),
  ])
  func `only what can be seen passes`(source: String, shown: String, width: Int) {
    let text = CellText(source, isUTF8: true)
    #expect(Array(text.text.unicodeScalars) == Array(shown.unicodeScalars))
    #expect(text.width == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
    ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 3, "日…"),
    ("日本語", 2, "…"),
  ])
  func `a long text ends with an ellipsis`(source: String, columns: Int, shown: String) {
    let text = CellText(source, columns: columns, isUTF8: true)
    #expect(text.text == shown)
    #expect(text.width <= columns)
  }

  @Test(arguments: [("Köln", 9, "K?ln"), ("abcdef", 5, "ab..."), ("abcdef", 2, "..")])
  func `without UTF-8 it is all ASCII`(source: String, columns: Int, shown: String) {
    #expect(CellText(source, columns: columns, isUTF8: false).text == shown)
  }
}
