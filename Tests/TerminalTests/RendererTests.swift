// SPDX-License-Identifier: Apache-2.0
import Terminal
import Testing

/// Left half black, right half white.
private func halves(width: Int, height: Int) -> [UInt8] {
  (0..<height).flatMap { _ in
    (0..<width).flatMap { column in [UInt8](repeating: column < width / 2 ? 0 : 255, count: 3) }
  }
}

private func lines(_ picture: TerminalPicture) -> [String] {
  String(decoding: picture.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}

@Suite struct RendererTests {
  @Test(arguments: [(1, 1), (2, 300), (300, 2), (17, 31), (320, 180), (1920, 1080)])
  func `ASCII pictures are printable characters of one width`(width: Int, height: Int) {
    let renderer = TerminalRenderer(
      mode: .ascii, area: ScreenSize(columns: 80, rows: 24), colours: .direct)
    let picture = renderer.render(
      pixels: halves(width: width, height: height), width: width, height: height)
    #expect(picture.bytes.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
    #expect(lines(picture).count == picture.rows)
    #expect(lines(picture).allSatisfy { $0.count == picture.columns })
    #expect(picture.columns <= 80 && picture.rows <= 24)
  }

  @Test(arguments: [
    // 80 cells of 10 pixels by 24 of 20: 800x480. 16:9 fills the width: 800x450, 22.5 rows.
    (320, 180, 10, 20, 80, 23), (180, 320, 10, 20, 27, 24), (100, 100, 10, 20, 48, 24),
    (100, 100, 8, 8, 24, 24), (1000, 1, 10, 20, 80, 1), (1, 1000, 10, 20, 1, 24),
  ])
  func `a picture keeps its shape`(
    width: Int, height: Int, cellWidth: Int, cellHeight: Int, columns: Int, rows: Int
  ) {
    let area = ScreenSize(columns: 80, rows: 24, cellWidth: cellWidth, cellHeight: cellHeight)
    let picture = TerminalRenderer(mode: .ascii, area: area)
      .render(pixels: halves(width: width, height: height), width: width, height: height)
    #expect(picture.columns == columns)
    #expect(picture.rows == rows)
  }

  @Test func `black is empty and white is full`() {
    let area = ScreenSize(columns: 20, rows: 5)
    let pixels = halves(width: 100, height: 50)
    let ascii = TerminalRenderer(mode: .ascii, area: area)
      .render(pixels: pixels, width: 100, height: 50)
    let half = ascii.columns / 2
    for line in lines(ascii) {
      #expect(line.prefix(half).allSatisfy { $0 == " " })
      #expect(line.dropFirst(half).allSatisfy { $0 != " " })
    }
    let blocks = TerminalRenderer(mode: .blocks, area: area)
      .render(pixels: pixels, width: 100, height: 50)
    #expect(Set(lines(blocks).joined()) == [" ", "█"])
  }

  @Test(arguments: [
    (ColourDepth.direct, "38;2;"), (.indexed, "38;5;"), (.sixteen, "\u{1B}[9"),
  ])
  func `blocks have the colours of the terminal`(depth: ColourDepth, sequence: String) {
    let renderer = TerminalRenderer(
      mode: .blocks, area: ScreenSize(columns: 20, rows: 5), colours: depth)
    let red = [[UInt8]](repeating: [255, 0, 0, 0, 255, 0], count: 50 * 50).flatMap { $0 }
    let picture = renderer.render(pixels: red, width: 100, height: 50)
    #expect(String(decoding: picture.bytes, as: UTF8.self).contains(sequence))
    #expect(lines(picture).count == picture.rows)
  }

  @Test(arguments: [(RenderMode.sixel, "\u{1B}P"), (.kitty, "\u{1B}_Ga=T")])
  func `pixels are one sequence`(mode: RenderMode, sequence: String) {
    let renderer = TerminalRenderer(mode: mode, area: ScreenSize(columns: 20, rows: 5))
    let picture = renderer.render(pixels: halves(width: 64, height: 36), width: 64, height: 36)
    #expect(!picture.isText)
    #expect(String(decoding: picture.bytes, as: UTF8.self).contains(sequence))
    #expect(picture.bytes.suffix(2) == [0x1B, 0x5C])
  }

  @Test func `a renderer may be given pictures of different shapes`() {
    let renderer = TerminalRenderer(mode: .ascii, area: ScreenSize(columns: 20, rows: 5))
    let wide = renderer.render(pixels: halves(width: 64, height: 16), width: 64, height: 16)
    let high = renderer.render(pixels: halves(width: 16, height: 64), width: 16, height: 64)
    #expect(renderer.render(pixels: halves(width: 64, height: 16), width: 64, height: 16) == wide)
    #expect(high.columns < wide.columns)
  }

  @Test func `too few bytes for a picture are our own mistake`() async {
    await #expect(processExitsWith: .failure) {
      let renderer = TerminalRenderer(mode: .ascii, area: ScreenSize(columns: 20, rows: 5))
      _ = renderer.render(pixels: [0, 0, 0], width: 2, height: 1)
    }
  }
}

@Suite struct AbilitiesTests {
  private func abilities(_ environment: [String: String]) -> TerminalAbilities {
    TerminalAbilities(environment: environment, isTerminal: true)
  }

  @Test(arguments: [
    (["TERM": "xterm-kitty", "LANG": "C.UTF-8"], RenderMode.kitty),
    (["TERM": "mlterm", "LANG": "C.UTF-8"], .sixel),
    (["TERM": "xterm-256color", "LANG": "de_DE.UTF-8"], .blocks),
    (["TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "LC_ALL": "C"], .ascii),
    (["TERM": "xterm-256color", "LANG": "", "LC_CTYPE": "en_GB.utf8"], .blocks),
    (["TERM": "xterm"], .ascii), (["TERM": "dumb", "LANG": "C.UTF-8"], .ascii),
    (["LANG": "C.UTF-8"], .ascii), ([:], .ascii),
  ])
  func `the environment tells the best way`(environment: [String: String], best: RenderMode) throws
  {
    #expect(abilities(environment).best == best)
    #expect(try abilities(environment).resolve(.auto) == best)
  }

  @Test(arguments: [
    (["TERM": "xterm-256color"], ColourDepth.indexed),
    (["TERM": "xterm-256color", "COLORTERM": "truecolor"], .direct),
    (["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"], .none),
    (["TERM": "xterm-256color", "NO_COLOR": ""], .indexed),
    (["TERM": "dumb", "COLORTERM": "truecolor"], .none),
  ])
  func `the environment tells the colours`(environment: [String: String], colours: ColourDepth) {
    #expect(abilities(environment).colours == colours)
  }

  @Test func `where no terminal is, pixels are refused and auto is ASCII`() throws {
    let pipe = TerminalAbilities(
      environment: ["TERM": "xterm-kitty", "LANG": "C.UTF-8"], isTerminal: false)
    #expect(try pipe.resolve(.auto) == .ascii)
    #expect(try pipe.resolve(.blocks) == .blocks)
    #expect(throws: TerminalError.self) { try pipe.resolve(.kitty) }
    #expect(throws: TerminalError.self) { try pipe.resolve(.sixel) }
  }

  @Test func `a size out of all reason is brought into bounds`() {
    let size = ScreenSize(columns: 65_535, rows: 0, cellWidth: 0, cellHeight: 9999)
    #expect(size == ScreenSize(columns: 1000, rows: 1, cellWidth: 10, cellHeight: 20))
  }
}
