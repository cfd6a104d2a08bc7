// SPDX-License-Identifier: Apache-2.0
public import Media

/// A frame stream with an index at its end (docs/PROTOCOL.md, "Files"): `.pvs`.
///
/// To a pipe it is written as it comes; a file appears once it is whole.
public final class FrameStreamOutput: PictureOutput {
  private let place: StreamPlace
  private var stream: OutputStream?
  private var writer: PreviewFileWriter?
  private var served = 0
  private var nextSlot = 0
  private var time: Int64 = 0
  /// The file, once it is whole.
  public private(set) var published: [String] = []

  /// An output into a file or a pipe.
  public init(_ place: StreamPlace) { self.place = place }

  /// Makes the draft.
  public func begin(_ recording: OutputRecording) throws(MediaError) {
    let stream = try OutputStream(place)
    let writer = PreviewFileWriter(sink: { bytes throws(MediaError) in try stream.write(bytes) })
    try writer.append(PreviewFrame(kind: .description, payload: recording.description.payload))
    self.stream = stream
    self.writer = writer
    nextSlot = recording.firstSlot
  }

  /// Adds a slot's picture.
  public func add(_ picture: OutputPicture) throws(MediaError) {
    var flags: PreviewFrame.Flags = []
    if picture.isKey { flags.insert(.keyframe) }
    if picture.followsJump || picture.slot > nextSlot { flags.insert(.discontinuity) }
    try writer?.append(
      PreviewFrame(kind: .picture, flags: flags, time: picture.time, payload: picture.jpeg),
      slot: picture.slot)
    served += 1
    nextSlot = picture.slot + 1
    time = picture.time
  }

  /// Writes the end and the index.
  ///
  /// - Throws: ``MediaError`` where there is no picture, unless this goes to a pipe: its reader
  ///   learns it from the end frame.
  public func finish(_ end: OutputEnd) throws(MediaError) {
    guard served > 0 || place.isPipe else { throw noPictures(for: place.name, end) }
    let payload = PreviewEnd(
      end.status, reason: end.reason, framesSent: served, slotsMissed: end.missed
    ).payload
    try writer?.append(PreviewFrame(kind: .end, time: time, payload: payload))
    try writer?.finish()
    try stream?.publish()
    published = place.isPipe ? [] : [place.name]
    stream = nil
    writer = nil
  }

  /// Ends without a result; what a pipe has got stays there, without an end.
  public func abandon() {
    writer = nil
    stream = nil
  }
}
