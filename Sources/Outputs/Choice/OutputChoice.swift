// SPDX-License-Identifier: Apache-2.0
public import Media

/// Kinds of output, by their names on the command line (docs/OUTPUTS.md).
public enum OutputKind: String, CaseIterable, Sendable {
  /// A folder of numbered JPEGs.
  case jpeg
  /// A frame stream.
  case pvs
  /// A BIF file with a picture for every slot.
  case bif
  /// A BIF file with the pictures' own times.
  case bifExact = "bif-exact"
  /// Jellyfin's trick play tiles.
  case jellyfin
  /// Sprite sheets with WebVTT.
  case sprites
  /// An HLS image playlist.
  case hls
  /// A contact sheet.
  case sheet
  /// Multipart motion JPEG.
  case mjpeg
  /// An animated WebP.
  case webp
  /// An animated GIF.
  case gif

  /// What may follow its name and a colon.
  var takes: String {
    switch self {
    case .bif: "index, for the name index-sd.bif"
    case .jellyfin, .sprites, .hls, .sheet: "COLUMNSxROWS, 1x1 to 100x100"
    case .webp, .gif: "COUNT or COUNT,SECONDS: 1 to 1000 pictures of 0.02 to 60 seconds"
    case .jpeg, .pvs, .bifExact, .mjpeg: "nothing"
    }
  }

  /// Pictures lie on sheets of its own grid.
  var isOnSheets: Bool { [.jellyfin, .sprites, .hls].contains(self) }
  /// It may be written to standard output.
  var isStream: Bool { [.pvs, .mjpeg].contains(self) }
}

/// One output asked for: `KIND`, `KIND:OPTIONS`, `KIND=PATH` or `KIND:OPTIONS=PATH`.
///
/// ```swift
/// import Outputs
///
/// let tiles = try OutputChoice("jellyfin:10x10")
/// let pipe = try OutputChoice("mjpeg=-")
/// let loop = try OutputChoice("webp:12,0.4=/srv/www/news.webp")
/// ```
public struct OutputChoice: Hashable, Sendable {
  /// What is made.
  public var kind: OutputKind
  /// Pictures on a sheet; the kind's own default where it isn't said.
  public var grid: SheetGrid
  /// Pictures of an animation.
  public var count = 20
  /// How long each picture of an animation is shown.
  public var frameTime = Duration.milliseconds(500)
  /// A BIF file is called `index-sd.bif`.
  public var isIndex = false
  /// Its place, instead of one named after the recording; "-" for standard output.
  public var path: String?

  /// A kind with its defaults.
  public init(_ kind: OutputKind) {
    self.kind = kind
    grid = kind == .sheet ? ContactSheetOutput.standard : .standard
  }

  /// Reads one.
  ///
  /// - Throws: ``MediaError`` saying what is allowed.
  public init(_ text: String) throws(MediaError) {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let words = halves[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = OutputKind(rawValue: String(words[0])) else {
      let names = OutputKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw Self.refusal(text, "there is no output '\(words[0])': one of \(names)")
    }
    self.init(kind)
    if words.count > 1, !read(words[1]) {
      throw Self.refusal(text, "behind '\(kind.rawValue):' may come \(kind.takes)")
    }
    guard halves.count > 1 else { return }
    path = String(halves[1])
    if halves[1].isEmpty { throw Self.refusal(text, "behind '=' a path must come") }
    if path == "-", !kind.isStream {
      throw Self.refusal(text, "only pvs and mjpeg can be written to standard output")
    }
  }

  /// Reads what is behind the colon; false where it isn't allowed.
  private mutating func read(_ options: Substring) -> Bool {
    switch kind {
    case .bif:
      isIndex = options == "index"
      return isIndex
    case .jellyfin, .sprites, .hls, .sheet:
      guard let grid = SheetGrid(options) else { return false }
      self.grid = grid
      return true
    case .webp, .gif:
      let words = options.split(separator: ",", omittingEmptySubsequences: false)
      guard words.count <= 2, words[0].utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
        let count = Int(words[0]), 1...1000 ~= count
      else { return false }
      self.count = count
      guard words.count == 2 else { return true }
      guard let time = Duration(decimalSeconds: String(words[1])),
        .milliseconds(20)...(.seconds(60)) ~= time
      else { return false }
      frameTime = time
      return true
    case .jpeg, .pvs, .bifExact, .mjpeg: return false
    }
  }

  private static func refusal(_ text: String, _ reason: String) -> MediaError {
    MediaError(operation: "make", subject: "'\(text)'", reason: reason)
  }
}
