// SPDX-License-Identifier: Apache-2.0
public import Media

/// One JPEG that shows a recording at a glance: pictures evenly spread over it, each with its time,
/// below a header with name, length, size and codecs.
public final class ContactSheetOutput: PictureOutput {
  /// The usual grid, 4x5.
  public static let standard = SheetGrid(columns: 4, rows: 5)

  private let path: String
  private let grid: SheetGrid
  private let quality: Int
  private let durability: Durability
  private var recording: OutputRecording?
  private var choice: EvenChoice
  /// The file, once it is whole.
  public private(set) var published: [String] = []

  /// An output into a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - grid: Pictures side by side and below each other; fewer rows where there are fewer.
  ///   - quality: JPEG quality, 1...100.
  ///   - durability: What the published file survives.
  public init(
    _ path: String, grid: SheetGrid = standard, quality: Int = 85, durability: Durability = .process
  ) {
    self.path = path
    self.grid = grid
    self.quality = quality
    self.durability = durability
    choice = EvenChoice(count: grid.count)
  }

  /// Checks that the sheet isn't too large.
  public func begin(_ recording: OutputRecording) throws(MediaError) {
    _ = try SheetLayout(grid, recording, subject: path)
    self.recording = recording
  }

  /// Adds a slot's picture.
  public func add(_ picture: OutputPicture) throws(MediaError) { choice.offer(picture) }

  /// Publishes what was made.
  public func finish(_ end: OutputEnd) throws(MediaError) {
    let duration = end.duration ?? recording?.duration
    let chosen = choice.chosen(over: duration)
    guard let recording, !chosen.isEmpty else { throw noPictures(for: path, end) }
    let rows = (chosen.count + grid.columns - 1) / grid.columns
    let page = ContactSheetPage(
      SheetGrid(columns: grid.columns, rows: rows), recording, duration: duration)
    let jpeg = try JPEGEncoder(quality: quality).encode(try page.picture(of: chosen))
    let file = try OutputFile(path, durability: durability)
    try file.write(jpeg)
    try file.publish()
    published = [path]
  }

  /// Ends without a result.
  public func abandon() { choice = EvenChoice(count: grid.count) }
}

/// Where everything lies on a contact sheet.
struct ContactSheetPage {
  private let grid: SheetGrid
  private let cell: (width: Int, height: Int)
  private let name: String
  private let facts: [String]
  /// Sizes grow with the page, so that it looks alike in every width.
  private let scale: Int
  private let margin: Int
  private let gap: Int

  private static let ground = PictureCanvas.Colour(26)
  private static let bright = PictureCanvas.Colour(240)
  private static let dim = PictureCanvas.Colour(170)

  init(_ grid: SheetGrid, _ recording: OutputRecording, duration: Duration?) {
    self.grid = grid
    cell = (max(recording.pictures.width & ~1, 2), max(recording.pictures.height & ~1, 2))
    name = recording.name
    facts = Self.facts(recording, duration)
    scale = min(max(cell.width * grid.columns / 600, 1), 4)
    margin = 8 * scale
    gap = 4 * scale
  }

  private var nameScale: Int { scale + (scale + 1) / 2 }
  private var width: Int { 2 * margin + grid.columns * cell.width + (grid.columns - 1) * gap }

  /// Draws the page.
  func picture(of chosen: [OutputPicture]) throws(MediaError) -> Picture {
    let painter = try CellPainter()
    let lines = wrappedFacts()
    let nameHeight = Font.height * nameScale
    let lineHeight = (Font.height + 2) * scale
    let top = (margin + nameHeight + scale * 2 + lines.count * lineHeight + gap + 1) & ~1
    let height = top + grid.rows * (cell.height + gap) - gap + margin
    return Picture(canvas: width, height: height) { canvas in
      canvas.fill(x: 0, y: 0, width: width, height: height, Self.ground)
      let title = TextLine.fitted(name, scale: nameScale, width: width - 2 * margin)
      TextLine(title, scale: nameScale).draw(on: canvas, x: margin, y: margin, Self.bright)
      for (number, line) in lines.enumerated() {
        let y = margin + nameHeight + scale * 2 + number * lineHeight
        TextLine(line, scale: scale).draw(on: canvas, x: margin, y: y, Self.dim)
      }
      for (place, picture) in chosen.enumerated() {
        let x = margin + place % grid.columns * (cell.width + gap)
        let y = top + place / grid.columns * (cell.height + gap)
        _ = painter.draw(picture.jpeg, on: canvas, in: (x, y, cell.width, cell.height))
        drawTime(of: picture, on: canvas, x: x, y: y)
      }
    }
  }

  /// The time in the lower right corner of a picture.
  private func drawTime(of picture: OutputPicture, on canvas: PictureCanvas, x: Int, y: Int) {
    let text = TimeText.clock(max(picture.time, 0) / 1_000_000)
    let scale = max(cell.width / 160, 1)
    let label = TextLine(text, scale: scale, outlined: true)
    guard label.width <= cell.width, label.height <= cell.height else { return }
    label.draw(
      on: canvas, x: x + cell.width - label.width - scale, y: y + cell.height - label.height,
      Self.bright)
  }

  /// The facts, as many on a line as fit.
  private func wrappedFacts() -> [String] {
    var lines: [String] = []
    for fact in facts {
      let longer = (lines.last.map { $0 + "  \u{B7}  " } ?? "") + fact
      if !lines.isEmpty, TextLine.width(of: longer, scale: scale) <= width - 2 * margin {
        lines[lines.count - 1] = longer
      } else {
        lines.append(TextLine.fitted(fact, scale: scale, width: width - 2 * margin))
      }
    }
    return lines
  }

  private static func facts(_ recording: OutputRecording, _ duration: Duration?) -> [String] {
    var facts: [String] = []
    if let duration {
      facts.append(TimeText.clock((duration.wholeMicroseconds + 500_000) / 1_000_000))
    }
    if let count = recording.byteCount { facts.append(size(count)) }
    if let container = recording.facts.container { facts.append(container) }
    if let codec = recording.facts.videoCodec { facts.append(codec) }
    if let sound = recording.facts.sound {
      let channels = sound.channels == 1 ? "mono" : sound.channels == 2 ? "stereo" : nil
      let kilohertz = Duration.milliseconds(sound.rate).decimalSeconds
      facts.append(
        "\(sound.codec) \(kilohertz) kHz \(channels ?? "\(sound.channels) channels")")
    }
    return facts
  }

  /// "989 MB", "1.9 GB": decimal units, as disks are sold.
  private static func size(_ count: Int64) -> String {
    let units = ["kB", "MB", "GB", "TB"]
    guard count >= 1000 else { return "\(count) bytes" }
    var (tenths, unit) = (count / 100, 0)
    while tenths >= 10_000, unit < units.count - 1 {
      tenths /= 1000
      unit += 1
    }
    return (tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\(tenths / 10)") + " \(units[unit])"
  }
}
