// SPDX-License-Identifier: Apache-2.0
public import Media
public import Outputs

/// A short animation of a recording that loops for ever: WebP or GIF.
///
/// The pictures are evenly spread over the recording. One of another size than the first is made
/// to fit, with its shape kept.
public final class AnimationOutput: PictureOutput {
  /// Kinds of file.
  public enum Format: String, CaseIterable, Sendable {
    /// Millions of colours; about a quarter of a GIF's size.
    case webp
    /// 256 colours a picture, dithered; shown everywhere.
    case gif
  }

  /// Frame times allowed; browsers show a GIF's shorter ones slowly.
  public static let frameTimes: ClosedRange<Duration> = .milliseconds(20)...(.seconds(60))
  /// Numbers of pictures allowed.
  public static let counts = 1...1000

  private let path: String
  private let format: Format
  private let frameTime: Duration
  private let quality: Int
  private let durability: Durability
  private var choice: EvenChoice
  private var recording: OutputRecording?
  /// The file, once it is whole.
  public private(set) var published: [String] = []

  /// An output into a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - format: WebP or GIF.
  ///   - count: How many pictures; fewer where there are fewer.
  ///   - frameTime: How long each is shown: 20 ms to a minute; a GIF counts hundredths of a second.
  ///   - quality: Of a WebP, 1...100.
  ///   - durability: What the published file survives.
  public init(
    _ path: String, format: Format, count: Int = 20, frameTime: Duration = .milliseconds(500),
    quality: Int = 75, durability: Durability = .process
  ) {
    precondition(Self.counts ~= count, "\(count) pictures: must be 1 to 1000")
    precondition(Self.frameTimes ~= frameTime, "\(frameTime) a picture: must be 20 ms to 60 s")
    self.path = path
    self.format = format
    self.frameTime = frameTime
    self.quality = quality
    self.durability = durability
    choice = EvenChoice(count: count)
  }

  /// The output of a plan.
  public convenience init(_ plan: AnimationPlan) {
    self.init(
      plan.path, format: plan.isGIF ? .gif : .webp, count: plan.count, frameTime: plan.frameTime,
      quality: plan.quality, durability: plan.durability)
  }

  /// Looks whether the format takes pictures of this size.
  public func begin(_ recording: OutputRecording) throws(MediaError) {
    let (width, height) = (recording.pictures.width, recording.pictures.height)
    let limit = format == .webp ? 16_383 : 65_535
    guard max(width, height) <= limit else {
      throw MediaError(
        operation: "make", subject: path,
        reason: "pictures of \(width)x\(height) are too large: at most \(limit) a side")
    }
    self.recording = recording
  }

  /// Adds a slot's picture.
  public func add(_ picture: OutputPicture) throws(MediaError) { choice.offer(picture) }

  /// Encodes and publishes the animation.
  public func finish(_ end: OutputEnd) throws(MediaError) {
    let chosen = choice.chosen(over: end.duration ?? recording?.duration)
    guard let recording, !chosen.isEmpty else {
      throw MediaError(
        operation: "make", subject: path,
        reason: "there is no picture" + (end.reason.map { ": \($0)" } ?? ""))
    }
    let file = try OutputFile(path, durability: durability)
    try file.write(try animation(of: chosen, recording))
    try file.publish()
    published = [path]
  }

  /// Ends without a result.
  public func abandon() { choice = EvenChoice(count: choice.count) }

  private func animation(
    of chosen: [OutputPicture], _ recording: OutputRecording
  ) throws(MediaError) -> [UInt8] {
    let size = (
      width: max(recording.pictures.width & ~1, 2), height: max(recording.pictures.height & ~1, 2)
    )
    let painter = try CellPainter()
    let encoder = try AnimationEncoder(
      format, width: size.width, height: size.height, quality: quality, subject: path)
    var time = Duration.zero
    for picture in chosen {
      var isGood = false
      let frame = Picture(canvas: size.width, height: size.height) { canvas in
        isGood = painter.draw(picture.jpeg, on: canvas, in: (0, 0, size.width, size.height))
      }
      guard isGood else { continue }
      try encoder.add(frame, at: time)
      time += frameTime
    }
    return try encoder.finish()
  }
}
