// SPDX-License-Identifier: Apache-2.0
public import Media

/// An HLS image media playlist with its master: `<stem>.hls/master.m3u8`, `images.m3u8`, sheets.
///
/// With `appearsAsItGrows` the folder is there with the first full sheet, and the playlists are
/// replaced with each further one: without `EXT-X-ENDLIST` until the end, so that players ask
/// again. Add the line `EXT-X-IMAGE-STREAM-INF` of the master to that of the video.
public final class PlaylistWriter: SheetWriter {
  /// Name of the master playlist.
  public static let masterName = "master.m3u8"
  /// Name of the playlist of sheets.
  public static let imagesName = "images.m3u8"

  /// The folder.
  public let path: String
  private let appearsAsItGrows: Bool
  private let durability: Durability
  private var folder: OutputFolder?
  private var layout: SheetLayout?
  private var sizes: [Int] = []
  /// The folder, once it can be seen.
  public private(set) var published: [String] = []

  /// A writer into a folder.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - appearsAsItGrows: It can be seen, and grows, before the end.
  ///   - durability: What published files survive.
  public init(_ path: String, appearsAsItGrows: Bool = false, durability: Durability = .process) {
    self.path = path
    self.appearsAsItGrows = appearsAsItGrows
    self.durability = durability
  }

  /// Makes the draft.
  public func begin(_ recording: OutputRecording, _ layout: SheetLayout) throws(MediaError) {
    self.layout = layout
    folder = try OutputFolder(
      path, durability: durability,
      isOurs: { [Self.masterName, Self.imagesName].contains($0) || SheetName.isName($0) })
  }

  /// Writes a sheet.
  public func add(_ sheet: [UInt8], number: Int) throws(MediaError) {
    try folder?.write(sheet, as: SheetName.of(number))
    sizes.append(sheet.count)
    guard appearsAsItGrows else { return }
    try writePlaylists(nil)
    try publish()
  }

  /// Publishes what was made.
  public func finish(_ end: SheetEnd) throws(MediaError) {
    try writePlaylists(end)
    try publish()
    folder = nil
  }

  /// Ends without a result; a folder that could be seen already is removed.
  public func abandon() {
    guard let folder else { return }
    if folder.isPublished { _ = Paths.removeTree(path) }
    self.folder = nil
    published = []
  }

  private func publish() throws(MediaError) {
    try folder?.publish()
    published = [path]
  }

  private func writePlaylists(_ end: SheetEnd?) throws(MediaError) {
    guard let layout, let folder else { return }
    let perSheet = layout.interval * layout.grid.count
    var spans = sizes.map { _ in perSheet }
    if let end, !spans.isEmpty {
      spans[spans.count - 1] = end.duration - perSheet * (spans.count - 1)
    }
    // Images first: a master never leads to nothing.
    let images = Self.images(layout, spans, isWhole: end != nil, mayGrow: appearsAsItGrows)
    try folder.write(Array(images.utf8), as: Self.imagesName)
    let master = Self.master(layout, zip(sizes, spans).map { ($0, $1) })
    try folder.write(Array(master.utf8), as: Self.masterName)
  }

  private static func images(
    _ layout: SheetLayout, _ spans: [Duration], isWhole: Bool, mayGrow: Bool
  ) -> String {
    let longest = spans.max()?.wholeMicroseconds ?? 0
    var text = "#EXTM3U\n#EXT-X-VERSION:7\n"
    text += "#EXT-X-TARGETDURATION:\((longest + 999_999) / 1_000_000)\n"
    text += "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:\(mayGrow ? "EVENT" : "VOD")\n"
    text += "#EXT-X-IMAGES-ONLY\n"
    for (number, span) in spans.enumerated() {
      text += "#EXTINF:\(span.decimalSeconds),\n"
      text += "#EXT-X-TILES:RESOLUTION=\(layout.width)x\(layout.height),LAYOUT=\(layout.grid),"
      text += "DURATION=\(layout.interval.decimalSeconds)\n\(SheetName.of(number))\n"
    }
    return text + (isWhole ? "#EXT-X-ENDLIST\n" : "")
  }

  private static func master(_ layout: SheetLayout, _ sheets: [(size: Int, span: Duration)])
    -> String
  {
    let rates = sheets.map { sheet in
      let microseconds = max(sheet.span.wholeMicroseconds, 1)
      return (Int64(sheet.size) * 8_000_000 + microseconds - 1) / microseconds
    }
    return "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=\(rates.max() ?? 1),"
      + "RESOLUTION=\(layout.width)x\(layout.height),CODECS=\"jpeg\",URI=\"\(imagesName)\"\n"
  }
}
