// SPDX-License-Identifier: Apache-2.0
public import Media

/// Jellyfin's trick play tiles: `<stem>.trickplay/<width> - <columns>x<rows>/<i>.jpg`.
public final class TileWriter: SheetWriter {
  /// The folder that ends with `.trickplay`.
  public let path: String
  private let durability: Durability
  private var folder: OutputFolder?
  /// The folder of this width, once it is whole.
  public private(set) var published: [String] = []

  /// A writer into a `.trickplay` folder, beside folders of other widths in it.
  public init(_ path: String, durability: Durability = .process) {
    self.path = path
    self.durability = durability
  }

  /// Makes the draft.
  public func begin(_ recording: OutputRecording, _ layout: SheetLayout) throws(MediaError) {
    folder = try OutputFolder(
      "\(path)/\(layout.width) - \(layout.grid)", below: path, durability: durability,
      isOurs: { name in
        name.hasSuffix(".jpg") && name.utf8.dropLast(4).allSatisfy { 0x30...0x39 ~= $0 }
      })
  }

  /// Writes a sheet.
  public func add(_ sheet: [UInt8], number: Int) throws(MediaError) {
    try folder?.write(sheet, as: "\(number).jpg")
  }

  /// Publishes what was made.
  public func finish(_ end: SheetEnd) throws(MediaError) {
    try folder?.publish()
    published = folder.map { [$0.path] } ?? []
    folder = nil
  }

  /// Ends without a result.
  public func abandon() { folder = nil }
}
