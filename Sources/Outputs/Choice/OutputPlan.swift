// SPDX-License-Identifier: Apache-2.0
import Glibc
public import Media

/// Which outputs are made of recordings, and where.
///
/// ```swift
/// import Outputs
///
/// var plan = OutputPlan([try OutputChoice("bif"), try OutputChoice("jellyfin")], in: "/srv/previews")
/// plan.widths = [320]
/// for place in plan.places(for: "/srv/recordings/news.ts") { print(place.path) }
/// // /srv/previews/news-320-10.bif
/// // /srv/previews/news.trickplay/320 - 10x10
/// ```
public struct OutputPlan: Sendable {
  /// What is made.
  public var choices: [OutputChoice]
  /// Where it goes; made where it is missing.
  public var folder: String
  /// Widths asked for, in pixels; each output is made in each of them.
  public var widths = [320]
  /// From one slot to the next.
  public var interval = Duration.seconds(10)
  /// JPEG quality of what is encoded again: sheets, contact sheets; and of a WebP.
  public var quality = 75
  /// JPEGs and playlists can be seen before the end.
  public var appearsAsItGrows = false
  /// What published files survive.
  public var durability = Durability.process

  /// A plan with the default of every value.
  public init(_ choices: [OutputChoice], in folder: String) {
    self.choices = choices
    self.folder = folder
  }

  /// One output of one recording.
  public struct Place: Equatable, Sendable {
    /// What is made.
    public let choice: OutputChoice
    /// Place of its pictures among the widths.
    public let width: Int
    /// The file or folder that is published; "-" for standard output.
    public let path: String
  }

  /// What is going to be made of a recording, for `--dry-run` and for finding conflicts.
  ///
  /// - Parameter recording: Its path; only the name counts.
  /// - Returns: A place for each output in each width.
  public func places(for recording: String) -> [Place] {
    choices.flatMap { choice in
      widths.indices.map { width in
        Place(choice: choice, width: width, path: path(of: choice, widths[width], recording))
      }
    }
  }

  /// The outputs of a recording.
  ///
  /// Outputs on sheets of the same grid and width share these.
  ///
  /// - Parameters:
  ///   - recording: Its path; only the name counts.
  ///   - animation: Makes the output for an animation: `AnimationOutput.init(_:)`.
  /// - Returns: Outputs that haven't begun.
  /// - Throws: ``MediaError`` where the folder can't be made.
  public func outputs(
    for recording: String, animation: (AnimationPlan) -> any PictureOutput
  ) throws(MediaError) -> OutputSet {
    let places = places(for: recording)
    for place in places where place.path != "-" {
      let upper = Paths.split(containerPath(of: place)).folder
      if !upper.isEmpty { try Paths.makeFolder(upper) }
    }
    var parts = places.filter { !$0.choice.kind.isOnSheets }.map { place in
      OutputSet.Part(width: place.width, output(place, animation))
    }
    var groups: [(key: SheetKey, places: [Place])] = []
    for place in places where place.choice.kind.isOnSheets {
      let key = SheetKey(width: place.width, grid: place.choice.grid)
      if let group = groups.firstIndex(where: { $0.key == key }) {
        groups[group].places.append(place)
      } else {
        groups.append((key, [place]))
      }
    }
    for group in groups {
      let output = SheetOutput(
        grid: group.key.grid, quality: quality, writers: group.places.map(writer))
      parts.append(OutputSet.Part(width: group.key.width, output))
    }
    return OutputSet(parts)
  }

  private struct SheetKey: Hashable {
    let width: Int
    let grid: SheetGrid
  }

  private func output(
    _ place: Place, _ animation: (AnimationPlan) -> any PictureOutput
  ) -> any PictureOutput {
    let (choice, path) = (place.choice, place.path)
    switch choice.kind {
    case .jpeg:
      return PictureFolderOutput(
        path, appearsAsItGrows: appearsAsItGrows, durability: durability)
    case .pvs: return FrameStreamOutput(stream(path))
    case .mjpeg: return MultipartOutput(stream(path))
    case .bif, .bifExact:
      return BIFOutput(path, form: choice.kind == .bif ? .grid : .exact, durability: durability)
    case .webp, .gif:
      return animation(
        AnimationPlan(
          path: path, isGIF: choice.kind == .gif, count: choice.count,
          frameTime: choice.frameTime, quality: quality, durability: durability))
    case .sheet, .jellyfin, .sprites, .hls:
      return ContactSheetOutput(
        path, grid: choice.grid, quality: max(quality, 80), durability: durability)
    }
  }

  private func writer(_ place: Place) -> any SheetWriter {
    switch place.choice.kind {
    case .jellyfin: TileWriter(containerPath(of: place), durability: durability)
    case .hls:
      PlaylistWriter(place.path, appearsAsItGrows: appearsAsItGrows, durability: durability)
    default: SpriteWriter(place.path, durability: durability)
    }
  }

  private func stream(_ path: String) -> StreamPlace {
    path == "-"
      ? .descriptor(STDOUT_FILENO, name: "standard output") : .file(path, durability)
  }

  /// The `.trickplay` folder of tiles, which holds one for each width; else the output itself.
  private func containerPath(of place: Place) -> String {
    guard place.choice.kind == .jellyfin else { return place.path }
    return String(Paths.split(place.path).folder.dropLast())
  }

  private func path(of choice: OutputChoice, _ width: Int, _ recording: String) -> String {
    if choice.path == "-" { return "-" }
    let stem = Paths.stem(of: recording)
    let own = widths.count > 1 ? "\(stem)-\(width)" : stem
    let name =
      switch choice.kind {
      case .jpeg: own
      case .pvs: "\(own).pvs"
      case .bif:
        choice.isIndex ? "index-sd.bif" : "\(stem)-\(width)-\(interval.decimalSeconds).bif"
      case .bifExact: "\(stem)-\(width)-exact.bif"
      case .jellyfin: "\(stem).trickplay"
      case .sprites: "\(own).sprites"
      case .hls: "\(own).hls"
      case .sheet: "\(own)-sheet.jpg"
      case .mjpeg: "\(own).mjpeg"
      case .webp: "\(own).webp"
      case .gif: "\(own).gif"
      }
    let path = choice.path ?? (folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)")
    return choice.kind == .jellyfin ? "\(path)/\(max(width & ~1, 2)) - \(choice.grid)" : path
  }
}

/// What an animation is going to be.
public struct AnimationPlan: Sendable {
  /// The file.
  public let path: String
  /// GIF, not WebP.
  public let isGIF: Bool
  /// How many pictures.
  public let count: Int
  /// How long each is shown.
  public let frameTime: Duration
  /// Of a WebP, 1...100.
  public let quality: Int
  /// What the published file survives.
  public let durability: Durability
}
