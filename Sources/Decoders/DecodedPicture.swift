// SPDX-License-Identifier: Apache-2.0
public import Media

/// One slot's picture on its way from a decoder process, in every width asked for.
///
/// As a picture frame on the socket pair: slot, time and flags in its header as everywhere; the
/// payload holds fields, and the JPEGs one behind the other.
public struct DecodedPicture: Equatable, Sendable {
  /// The number of the slot, which may be over what 32 bits hold.
  ///
  /// `Slot: 17`.
  public var slot: Int
  /// When it was asked for, in microseconds from the recording's first picture.
  ///
  /// `Asked: 170000000`.
  public var askedTime: Int64
  /// When it is really shown, in microseconds from the recording's first picture.
  public var time: Int64
  /// Keyframe, discontinuity.
  public var flags: PreviewFrame.Flags
  /// The decoder or the container met faults in it: some of it is guessed.
  ///
  /// `Damaged: yes`.
  public var isDamaged = false
  /// It is so far from its slot that nearer pictures must be lost.
  ///
  /// `Far: yes`.
  public var isFar = false
  /// It is the picture of the slot before: the same bytes.
  ///
  /// `Repeat: yes`.
  public var isRepeat = false
  /// Why another picture serves the slot than the nearest.
  ///
  /// `Note: ...`.
  public var note: String?
  /// Complete JPEG files, one for each width, in the order in which they were asked for.
  ///
  ///
  ///
  /// `Sizes: 14021 5330`.
  public var jpegs: [[UInt8]]

  /// Makes a picture without faults.
  ///
  /// - Parameters:
  ///   - slot: its number.
  ///   - askedTime: in microseconds.
  ///   - time: in microseconds.
  ///   - flags: keyframe, discontinuity.
  ///   - jpegs: one for each width, at least one.
  public init(
    slot: Int, askedTime: Int64, time: Int64, flags: PreviewFrame.Flags, jpegs: [[UInt8]]
  ) {
    self.slot = slot
    self.askedTime = askedTime
    self.time = time
    self.flags = flags
    self.jpegs = jpegs
  }

  /// The first JPEG, which is that of the request's own width.
  public var jpeg: [UInt8] { jpegs.first ?? [] }

  /// The picture as a frame.
  public var frame: PreviewFrame {
    var fields = MIMEDictionary()
    fields.append("Slot", "\(slot)")
    fields.append("Asked", "\(askedTime)")
    if isDamaged { fields.append("Damaged", "yes") }
    if isFar { fields.append("Far", "yes") }
    if isRepeat { fields.append("Repeat", "yes") }
    if let note { fields.append("Note", note) }
    fields.append("Sizes", jpegs.map { "\($0.count)" }.joined(separator: " "))
    var payload = fields.bytes
    payload.reserveCapacity(payload.count + jpegs.reduce(0) { $0 + $1.count })
    for jpeg in jpegs { payload += jpeg }
    return PreviewFrame(
      kind: .picture, flags: flags, sequence: UInt32(truncatingIfNeeded: slot), time: time,
      payload: payload)
  }

  /// Reads a frame; `nil` when it is no such picture, or its sizes aren't those of its JPEGs.
  public init?(_ frame: PreviewFrame) {
    guard frame.kind == .picture else { return nil }
    let fields = MIMEDictionary(frame.payload)
    guard let slot = fields["Slot"].flatMap({ Int($0) }),
      let asked = fields["Asked"].flatMap({ Int64($0) }),
      let sizes = fields["Sizes"]?.split(separator: " ").map({ Int($0) ?? -1 }), !sizes.isEmpty
    else { return nil }
    var jpegs: [[UInt8]] = []
    var rest = fields.body[...]
    for size in sizes {
      guard 0...rest.count ~= size else { return nil }
      jpegs.append(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    guard rest.isEmpty else { return nil }
    self.init(
      slot: slot, askedTime: asked, time: frame.time, flags: frame.flags, jpegs: jpegs)
    isDamaged = fields["Damaged"] == "yes"
    isFar = fields["Far"] == "yes"
    isRepeat = fields["Repeat"] == "yes"
    note = fields["Note"]
  }
}
