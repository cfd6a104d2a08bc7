// SPDX-License-Identifier: Apache-2.0
public import Media

/// What a decoder process is asked to make of a recording.
///
/// As a request frame on the socket pair: the fields of the ``PreviewRequest``, those below beside
/// them, and the key map as the body.
public struct DecodingRequest: Equatable, Sendable {
  /// Which pictures; its width is that of the first JPEG of each.
  public var pictures: PreviewRequest
  /// Widths of the other JPEGs of each picture, in this order.
  ///
  /// `Widths: 160 640`.
  public var otherWidths: [Int] = []
  /// Dark pictures are passed over for the next that isn't.
  ///
  /// `Skip-Black: yes`.
  public var skipsBlack = false
  /// Pictures are taken at changes of scene near the slots.
  ///
  /// `Scene: yes`.
  public var prefersScenes = false
  /// Where the recording's key pictures lie, as a decoder said before: the body.
  public var keyMap: [UInt8]?
  /// Whether the key map is to be sent back at the end.
  ///
  /// `Key-Map: wanted`.
  public var wantsKeyMap = false
  /// Whether the process's other recordings have their turn after each picture, as viewers want it;
  /// else they wait until this one has spent its grant, as a batch wants it.
  ///
  /// `Turns: no`.
  public var takesTurns = true
  /// Pictures may wait a few milliseconds for the next to leave with them: fewer wake-ups, but a
  /// process that dies takes them along.
  ///
  /// `Gather: yes`.
  public var gathers = false
  /// The recording is being recorded: its pictures come as it grows, until it has ended.
  ///
  /// `Follow: yes`.
  public var follows = false

  /// A request for pictures, with nothing special about it.
  public init(_ pictures: PreviewRequest) { self.pictures = pictures }

  /// Largest key map that finds room in a message, in bytes: one for 25 days of recording.
  public static let keyMapLimit = PreviewFrame.payloadLimit - PreviewRequest.payloadLimit

  func payload(job: Int) -> [UInt8] {
    var fields = MIMEDictionary(pictures.payload)
    fields.append("Job", "\(job)")
    if !otherWidths.isEmpty {
      fields.append("Widths", otherWidths.map { "\($0)" }.joined(separator: " "))
    }
    if skipsBlack { fields.append("Skip-Black", "yes") }
    if prefersScenes { fields.append("Scene", "yes") }
    if wantsKeyMap { fields.append("Key-Map", "wanted") }
    if !takesTurns { fields.append("Turns", "no") }
    if gathers { fields.append("Gather", "yes") }
    if follows { fields.append("Follow", "yes") }
    // A map is a help, not a need: one that has no room is done without.
    if let keyMap, keyMap.count <= Self.keyMapLimit { fields.body = keyMap }
    return fields.bytes
  }

  init?(payload: [UInt8]) {
    guard let pictures = try? PreviewRequest(payload: payload) else { return nil }
    self.init(pictures)
    let fields = MIMEDictionary(payload)
    if let text = fields["Widths"] {
      let widths = text.split(separator: " ").map { Int($0) ?? 0 }
      guard widths.allSatisfy({ PreviewRequest.widths ~= $0 }) else { return nil }
      otherWidths = widths
    }
    skipsBlack = fields["Skip-Black"] == "yes"
    prefersScenes = fields["Scene"] == "yes"
    wantsKeyMap = fields["Key-Map"] == "wanted"
    takesTurns = fields["Turns"] != "no"
    gathers = fields["Gather"] == "yes"
    follows = fields["Follow"] == "yes"
    keyMap = fields.body.isEmpty ? nil : fields.body
  }
}

/// What it took to decode a recording.
public struct DecodingStatistics: Equatable, Sendable {
  /// Bytes read from the file, those read twice counted twice.
  public var bytesRead: Int64 = 0
  /// Jumps to another place in the file.
  public var seeks = 0
  /// Packets read of the moving picture.
  public var packets = 0
  /// Pictures decoded.
  public var pictures = 0

  /// Nothing was needed.
  public init() {}

  /// Adds what something else took.
  public static func += (sum: inout DecodingStatistics, other: DecodingStatistics) {
    sum.bytesRead += other.bytesRead
    sum.seeks += other.seeks
    sum.packets += other.packets
    sum.pictures += other.pictures
  }

  func append(to fields: inout MIMEDictionary) {
    fields.append("Bytes-Read", "\(bytesRead)")
    fields.append("Seeks", "\(seeks)")
    fields.append("Packets", "\(packets)")
    fields.append("Decoded", "\(pictures)")
  }

  init?(_ fields: MIMEDictionary) {
    guard let bytesRead = fields["Bytes-Read"].flatMap({ Int64($0) }),
      let seeks = fields["Seeks"].flatMap({ Int($0) }),
      let packets = fields["Packets"].flatMap({ Int($0) }),
      let pictures = fields["Decoded"].flatMap({ Int($0) })
    else { return nil }
    self.bytesRead = bytesRead
    self.seeks = seeks
    self.packets = packets
    self.pictures = pictures
  }
}
