// SPDX-License-Identifier: Apache-2.0
public import Media

/// Numbered JPEGs in a folder: `000012.jpg` is slot 12.
///
/// The folder appears as one with the end, in place of an older one that holds numbered JPEGs and
/// nothing else. Into a folder that holds other things the pictures are moved one by one at the
/// end, and what else is there stays. With `appearsAsItGrows` each picture is there at once.
public final class PictureFolderOutput: PictureOutput {
  private let path: String
  private let durability: Durability
  private let appearsAsItGrows: Bool
  private var folder: OutputFolder?
  private var count = 0
  /// Pictures that could be seen before the end.
  private var early: [String] = []
  /// Paths of what can be seen: the folder.
  public private(set) var published: [String] = []

  /// An output into a folder.
  ///
  /// - Parameters:
  ///   - path: The folder; those above it must be there.
  ///   - appearsAsItGrows: Each picture is published by itself, at once.
  ///   - durability: What published pictures survive.
  public init(
    _ path: String, appearsAsItGrows: Bool = false, durability: Durability = .process
  ) {
    self.path = path
    self.appearsAsItGrows = appearsAsItGrows
    self.durability = durability
  }

  /// The name of a slot's file.
  public static func name(ofSlot slot: Int) -> String {
    let digits = String(slot)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".jpg"
  }

  /// True for names that this output gives.
  static func isName(_ name: String) -> Bool {
    let digits = name.dropLast(4)
    return name.hasSuffix(".jpg") && digits.utf8.count >= 6
      && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 }
  }

  /// Makes the draft.
  public func begin(_ recording: OutputRecording) throws(MediaError) {
    guard !appearsAsItGrows else { return try Paths.makeFolder(path) }
    folder = try OutputFolder(path, durability: durability, isOurs: Self.isName)
  }

  /// Adds a slot's picture.
  public func add(_ picture: OutputPicture) throws(MediaError) {
    let name = Self.name(ofSlot: picture.slot)
    if let folder {
      try folder.write(picture.jpeg, as: name)
    } else {
      let file = try OutputFile("\(path)/\(name)", durability: durability)
      try file.write(picture.jpeg)
      try file.publish()
      early.append("\(path)/\(name)")
      if early.count == 1 { published = [path] }
    }
    count += 1
  }

  /// Publishes what was made.
  public func finish(_ end: OutputEnd) throws(MediaError) {
    guard count > 0 else { throw noPictures(for: path, end) }
    if let folder {
      if folder.mayReplace || !Paths.isFolder(path) {
        try folder.publish()
      } else {
        try folder.publish(into: path)
      }
    }
    folder = nil
    early = []
    published = [path]
  }

  /// Ends without a result; pictures that could be seen already are removed.
  public func abandon() {
    folder = nil
    guard !early.isEmpty else { return }
    for path in early { _ = Paths.removeTree(path) }
    // Only where nothing else is in it.
    Paths.removeFolderIfEmpty(path)
    early = []
    published = []
  }
}
