// SPDX-License-Identifier: Apache-2.0
public import Media

/// Makes files of a recording's pictures.
///
/// Called from one thread at a time: `begin`, `add` for each picture in the order of slots, then
/// `finish`, or `abandon` at any moment. After an error only `abandon` may follow. The same calls
/// give the same bytes, whenever they are made.
///
/// ```swift
/// import Media
/// import Outputs
///
/// func write(_ pictures: [OutputPicture], of recording: OutputRecording) throws -> [String] {
///   let output = BIFOutput("/srv/index-sd.bif")
///   try output.begin(recording)
///   for picture in pictures { try output.add(picture) }
///   try output.finish(OutputEnd(.complete, served: pictures.count))
///   return output.published
/// }
/// ```
///
/// Nothing half-written is ever seen: what is made lies in a draft beside its place (``Drafts``),
/// and is renamed to it by `finish`. An output that is let go before `finish` leaves nothing.
public protocol PictureOutput: AnyObject {
  /// Called once, before any picture.
  func begin(_ recording: OutputRecording) throws(MediaError)
  /// Called for each slot that has a picture, slots rising; gaps are allowed.
  func add(_ picture: OutputPicture) throws(MediaError)
  /// Called after the last picture: publishes what was made.
  ///
  /// - Throws: ``MediaError`` where nothing could be made: no picture, no room.
  func finish(_ end: OutputEnd) throws(MediaError)
  /// Ends without a result; nothing is left of this run's. May be called twice, and after an error.
  func abandon()
  /// Paths of what can be seen now: files, and folders that were published as one.
  var published: [String] { get }
}

extension PictureOutput {
  /// The error of an output that got no picture.
  func noPictures(for path: String, _ end: OutputEnd) -> MediaError {
    MediaError(
      operation: "make", subject: path,
      reason: "there is no picture" + (end.reason.map { ": \($0)" } ?? ""))
  }
}
