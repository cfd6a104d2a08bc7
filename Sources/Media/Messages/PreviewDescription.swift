// SPDX-License-Identifier: Apache-2.0

/// What an answer is going to be: the payload of kind 2 (docs/PROTOCOL.md, "Description").
public struct PreviewDescription: Equatable, Sendable {
  /// The sound of a recording.
  public struct Sound: Equatable, Sendable {
    /// Name of the codec: "vorbis", "mp2".
    public var codec: String
    /// Samples a second.
    public var rate: Int
    /// Channels.
    public var channels: Int

    /// Makes the facts.
    public init(codec: String, rate: Int, channels: Int) {
      self.codec = codec
      self.rate = rate
      self.channels = channels
    }
  }

  /// What the pictures of an answer are.
  public enum PictureKind: String, CaseIterable, Sendable {
    /// Taken out of a moving picture.
    case moving
    /// The cover of a recording of sound, the same for each slot.
    case cover
    /// How loud a recording of sound is, drawn, from each slot to the next.
    case waveform
  }

  /// The pictures of an answer.
  public struct Pictures: Equatable, Sendable {
    /// Pixels a row of each picture sent.
    public var width: Int
    /// Rows of each picture sent.
    public var height: Int
    /// From one slot to the next.
    public var interval: Duration
    /// Which picture stands for a slot: keyframe or exact.
    public var mode: PreviewRequest.Mode
    /// Number of the first slot asked for, on the grid that begins at 0 s.
    public var firstSlot: Int
    /// How many slots are going to be answered; `nil` while the recording grows.
    public var slots: Int?
    /// What they are.
    public var kind: PictureKind

    /// Makes the facts.
    public init(
      width: Int, height: Int, interval: Duration, mode: PreviewRequest.Mode, firstSlot: Int = 0,
      slots: Int?, kind: PictureKind = .moving
    ) {
      self.width = width
      self.height = height
      self.interval = interval
      self.mode = mode
      self.firstSlot = firstSlot
      self.slots = slots
      self.kind = kind
    }
  }

  /// Which recording.
  public var title: String
  /// Its length; `nil` where unknown.
  public var duration: Duration?
  /// Name of the container: "mpegts", "ogg".
  public var container: String?
  /// Name of the video codec; `nil` without video.
  public var videoCodec: String?
  /// The sound of the recording; `nil` without.
  public var sound: Sound?
  /// The pictures of this answer; `nil` where it sends none.
  public var pictures: Pictures?
  /// It is still being recorded: the answer goes on as it grows.
  public var isGrowing: Bool

  /// Makes a description.
  public init(
    title: String, duration: Duration? = nil, container: String? = nil, videoCodec: String? = nil,
    sound: Sound? = nil, pictures: Pictures? = nil, isGrowing: Bool = false
  ) {
    self.title = title
    self.duration = duration
    self.container = container
    self.videoCodec = videoCodec
    self.sound = sound
    self.pictures = pictures
    self.isGrowing = isGrowing
  }
}

extension PreviewDescription {
  /// Reads a payload.
  ///
  /// - Throws: ``MessageError`` naming the field, its value and what is allowed.
  public init(payload: [UInt8]) throws(MessageError) {
    let fields = try FieldReader(payload, message: "description")
    title = try fields.required("Title", allowed: Title.allowed)
    try Title.check(title)
    duration = try fields.seconds("Duration")
    container = try fields.text("Container")
    videoCodec = try fields.text("Video-Codec")
    if let codec = try fields.text("Sound-Codec"), codec != "none" {
      sound = Sound(
        codec: codec, rate: try Self.number("Sound-Rate", fields),
        channels: try Self.number("Sound-Channels", fields))
    }
    isGrowing = try fields.text("Growing")?.trimmed == "yes"
    if try fields.text("Width") != nil { pictures = try Pictures(fields) }
  }

  /// The payload.
  public var payload: [UInt8] {
    var fields = MIMEDictionary()
    fields.append("Title", title)
    if let duration { fields.append("Duration", duration.decimalSeconds) }
    if isGrowing { fields.append("Growing", "yes") }
    if let container { fields.append("Container", container) }
    if let videoCodec { fields.append("Video-Codec", videoCodec) }
    fields.append("Sound-Codec", sound?.codec ?? "none")
    if let sound {
      fields.append("Sound-Rate", "\(sound.rate)")
      fields.append("Sound-Channels", "\(sound.channels)")
    }
    if let pictures {
      fields.append("Width", "\(pictures.width)")
      fields.append("Height", "\(pictures.height)")
      fields.append("Interval", pictures.interval.decimalSeconds)
      fields.append("Mode", pictures.mode.rawValue)
      fields.append("First-Slot", "\(pictures.firstSlot)")
      fields.append("Slots", pictures.slots.map { "\($0)" } ?? "unknown")
      if pictures.kind != .moving { fields.append("Pictures", pictures.kind.rawValue) }
    }
    return fields.bytes
  }

  fileprivate static func number(
    _ name: String, _ fields: FieldReader
  ) throws(MessageError) -> Int {
    let range = 1...Int(Int32.max)
    guard let number = try fields.integer(name, in: range) else {
      throw MessageError(field: name, value: nil, allowed: FieldReader.words(for: range))
    }
    return number
  }
}

extension PreviewDescription.Pictures {
  fileprivate init(_ fields: FieldReader) throws(MessageError) {
    width = try PreviewDescription.number("Width", fields)
    height = try PreviewDescription.number("Height", fields)
    interval = try fields.seconds("Interval") ?? .seconds(10)
    mode = try fields.word("Mode", of: PreviewRequest.Mode.self) ?? .auto
    firstSlot = try fields.integer("First-Slot", in: 0...Int.max) ?? 0
    if try fields.text("Slots")?.trimmed != "unknown" {
      slots = try fields.integer("Slots", in: 0...Int.max)
    }
    // A kind that came after this program was written is pictures all the same.
    let word = try fields.text("Pictures")?.trimmed.lowercased()
    kind = word.flatMap(PreviewDescription.PictureKind.init(rawValue:)) ?? .moving
  }
}
