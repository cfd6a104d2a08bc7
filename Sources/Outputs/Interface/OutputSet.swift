// SPDX-License-Identifier: Apache-2.0
public import Media

/// Several outputs of one recording, fed together, some in other widths.
///
/// Owned by one thread at a time.
public final class OutputSet {
  /// An output and which of a slot's pictures it gets.
  public struct Part {
    /// Place among the widths, 0 for the first.
    public let width: Int
    /// Where the pictures go.
    public let output: any PictureOutput

    /// Joins the two.
    public init(width: Int = 0, _ output: any PictureOutput) {
      self.width = width
      self.output = output
    }
  }

  /// The outputs, in the order in which they are fed.
  public let parts: [Part]

  /// A set of outputs.
  public init(_ parts: [Part]) { self.parts = parts }

  /// Paths of what can be seen now.
  public var published: [String] { parts.flatMap { $0.output.published } }

  /// Begins every output.
  ///
  /// - Parameters:
  ///   - recording: What is known; its picture size isn't used.
  ///   - sizes: Size of the pictures, width by width.
  /// - Throws: ``MediaError`` of the first output that can't; the caller abandons the set then.
  public func begin(
    _ recording: OutputRecording, sizes: [(width: Int, height: Int)]
  ) throws(MediaError) {
    for part in parts {
      let size = sizes[part.width]
      try part.output.begin(recording.with(width: size.width, height: size.height))
    }
  }

  /// Adds a slot's pictures.
  ///
  /// - Parameters:
  ///   - picture: The slot's facts; its own JPEG isn't used.
  ///   - jpegs: The slot's JPEGs, width by width.
  /// - Throws: ``MediaError`` of the first output that can't; the caller abandons the set then.
  public func add(_ picture: OutputPicture, jpegs: [[UInt8]]) throws(MediaError) {
    for part in parts { try part.output.add(picture.with(jpeg: jpegs[part.width])) }
  }

  /// Finishes every output, also after one of them failed.
  ///
  /// - Throws: The first ``MediaError``; that output left nothing.
  public func finish(_ end: OutputEnd) throws(MediaError) {
    var first: MediaError?
    for part in parts {
      do throws(MediaError) {
        try part.output.finish(end)
      } catch {
        part.output.abandon()
        if first == nil { first = error }
      }
    }
    if let first { throw first }
  }

  /// Ends without a result.
  public func abandon() { parts.forEach { $0.output.abandon() } }
}
