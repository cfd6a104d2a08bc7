// SPDX-License-Identifier: Apache-2.0
public import Media

/// Motion JPEG as `multipart/x-mixed-replace`, the strictest form: `.mjpeg`.
///
/// ```
/// --preview
/// Content-Type: image/jpeg
/// Content-Length: 9731
/// X-Preview-PTS: 10.44
/// X-Preview-Seq: 1
///
/// (9,731 bytes)
/// --preview
/// ...
/// --preview--
/// ```
///
/// Lines end with CR LF and are shorter than 60 bytes. `X-Preview-PTS` is the picture's time in
/// seconds, `X-Preview-Seq` its slot. A boundary follows each picture at once, since some readers
/// show a picture only then; what decides on the next part or the end comes later on that line.
public final class MultipartOutput: PictureOutput {
  /// The boundary, for the header of an HTTP answer.
  public static let boundary = "preview"
  /// What the bytes are, for the header of an HTTP answer.
  public static let contentType = "multipart/x-mixed-replace; boundary=\(boundary)"

  private let place: StreamPlace
  private var stream: OutputStream?
  private var count = 0
  /// The file, once it is whole.
  public private(set) var published: [String] = []

  /// An output into a file or a pipe.
  public init(_ place: StreamPlace) { self.place = place }

  /// Makes the draft.
  public func begin(_ recording: OutputRecording) throws(MediaError) {
    stream = try OutputStream(place)
    try stream?.write(Array("--\(Self.boundary)".utf8))
  }

  /// Adds a slot's picture.
  public func add(_ picture: OutputPicture) throws(MediaError) {
    let header =
      "\r\nContent-Type: image/jpeg\r\nContent-Length: \(picture.jpeg.count)\r\n"
      + "X-Preview-PTS: \(Duration.microseconds(picture.time).decimalSeconds)\r\n"
      + "X-Preview-Seq: \(picture.slot)\r\n\r\n"
    try stream?.write(Array(header.utf8) + picture.jpeg + Array("\r\n--\(Self.boundary)".utf8))
    count += 1
  }

  /// Writes the end.
  ///
  /// - Throws: ``MediaError`` where there is no picture, unless this goes to a pipe.
  public func finish(_ end: OutputEnd) throws(MediaError) {
    guard count > 0 || place.isPipe else { throw noPictures(for: place.name, end) }
    try stream?.write(Array("--\r\n".utf8))
    try stream?.publish()
    published = place.isPipe ? [] : [place.name]
    stream = nil
  }

  /// Ends without a result; what a pipe has got stays there, without an end.
  public func abandon() { stream = nil }
}
