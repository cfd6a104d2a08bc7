// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// What tells one packet of a stream from the others.
struct PacketMark: Equatable {
  let position: Int64
  let size: Int32
  let shown: Int64
  let decoded: Int64
  let isKey: Bool

  init(_ packet: AVPacket) {
    position = unsafe packet.pos
    size = unsafe packet.size
    shown = unsafe packet.pts
    decoded = unsafe packet.dts
    isKey = unsafe packet.flags & AV_PKT_FLAG_KEY != 0
  }

  /// Whether both are the same packet, reached on different ways.
  ///
  /// Right behind a place that was gone to, times may be unknown and bytes of the packet before may
  /// be taken for its own.
  func isSame(as other: PacketMark) -> Bool {
    guard isKey == other.isKey else { return false }
    if position >= 0, other.position >= 0, position != other.position { return false }
    if shown != CAV_NO_TIME, other.shown != CAV_NO_TIME { return shown == other.shown }
    return decoded != CAV_NO_TIME && decoded == other.decoded || size == other.size
  }
}

/// Where reading is taken up again in a recording that grows.
///
/// libav must never be asked for more once it has met the end: it takes cut packets for whole ones
/// and gives streams up. So what it gave at the end is thrown away, and when there is more to read,
/// it goes back to a key picture and passes over all that was read before.
struct Growth {
  /// A way to a place.
  enum Place: Equatable {
    case beginning
    case byte(Int64)
    case ticks(Int64)
  }

  /// A place, and what was read from there on.
  struct Anchor {
    var place: Place
    /// The packet to look for there; `nil`: what comes first.
    var first: PacketMark?
    /// Packets of the stream read since, the first included.
    var count = 0
  }

  /// The key picture before the last one: behind it times are in their stride.
  private(set) var anchor = Anchor(place: .beginning)
  /// The last key picture.
  private var newer: Anchor?
  /// The packet read last.
  private(set) var last: PacketMark?
  /// Bytes of the file when its end was met; `nil` while reading goes on.
  private(set) var interruptedAt: Int64?

  /// A packet was read.
  mutating func note(_ packet: PacketMark, seekingByByte: Bool) {
    let place: Place? =
      if !packet.isKey || packet.shown == CAV_NO_TIME && seekingByByte {
        nil
      } else if seekingByByte {
        packet.position >= 0 ? .byte(packet.position) : nil
      } else {
        packet.decoded != CAV_NO_TIME ? .ticks(packet.decoded) : nil
      }
    if let place {
      if let newer { anchor = newer }
      newer = Anchor(place: place, first: packet)
    }
    anchor.count += 1
    newer?.count += 1
    last = packet
  }

  /// Reading goes on elsewhere.
  mutating func moved(to place: Place) {
    anchor = Anchor(place: place)
    newer = nil
    last = nil
    interruptedAt = nil
  }

  /// The end of what there is was met.
  mutating func interrupt(at size: Int64) { interruptedAt = size }

  /// Reading goes on.
  mutating func goOn() { interruptedAt = nil }

  /// libav holds an earlier end for the real one, and reads on only when it begins anew.
  var mustReopen = false
  /// The place was lost: what remains is served when the recording has ended.
  var isLost = false
}

extension Container {
  /// The recording is being written: its end is only where it has got to.
  var isGrowing: Bool { handle.file.isGrowing }

  /// Whether opening it was in want of more data than there is, so that what was found may be wrong.
  var wasOpenedTooEarly: Bool {
    guard isGrowing else { return false }
    if canSeekByByte, metEndWhileOpening { return true }
    return unsafe avio_seek(handle.context.pointee.pb, 0, SEEK_CUR) >= handle.file.size
  }

  /// After each read: whether to read again, because the end that libav found is an old one.
  func goesOn(after status: Int32) throws(RecordingError) -> Bool {
    try checkEnd()
    guard status == Int32(CAV_ERROR_END), isGrowing else { return false }
    guard growth?.mustReopen == false else {
      growth?.interrupt(at: handle.file.size)
      throw RecordingError(name: facts.name, reason: .notRecordedYet)
    }
    growth?.mustReopen = true
    growth?.interrupt(at: -1)
    try takeUp()
    return true
  }

  /// What libav gives at the end of what there is isn't to be trusted.
  func checkEnd() throws(RecordingError) {
    guard handle.file.hasMetEnd, handle.file.isGrowing else { return }
    growth?.interrupt(at: handle.file.size)
    throw RecordingError(name: facts.name, reason: .notRecordedYet)
  }

  /// Goes on behind the last packet read, if reading was interrupted by the end.
  func takeUp() throws(RecordingError) {
    guard let growth, let size = growth.interruptedAt else { return }
    guard !growth.isLost, handle.file.size > size || !handle.file.isGrowing else {
      throw RecordingError(name: facts.name, reason: .notRecordedYet)
    }
    handle.file.renewDeadline()
    handle.file.hasMetEnd = false
    var anchor = growth.anchor
    let isInPlace = growth.mustReopen ? false : try replay(anchor)
    if !isInPlace {
      let isKnown = anchor.first != nil || anchor.place == .beginning
      anchor.place = .beginning
      guard isKnown, try replay(anchor) else {
        self.growth?.isLost = true
        throw RecordingError(name: facts.name, reason: .notRecordedYet)
      }
    }
    self.growth?.goOn()
  }

  /// Goes to a place and passes over what was read from there; false where it isn't found again.
  private func replay(_ anchor: Growth.Anchor) throws(RecordingError) -> Bool {
    guard jump(to: anchor.place) else { return false }
    handle.file.hasMetEnd = false
    var left = anchor.count
    var first = anchor.first
    var passed = 0
    while left > 0 {
      unsafe av_packet_unref(scratch)
      let status = unsafe av_read_frame(handle.context, scratch)
      try checkEnd()
      guard status >= 0 else { return false }
      guard unsafe scratch.pointee.stream_index == stream.pointee.index else { continue }
      let mark = unsafe PacketMark(scratch.pointee)
      if let wanted = first, !mark.isSame(as: wanted) {
        passed += 1
        if passed > Growth.searchLimit, anchor.place != .beginning { return false }
        continue
      }
      first = nil
      left -= 1
      if left == 0 { return growth?.last.map(mark.isSame) ?? true }
    }
    return true
  }
}

extension Growth {
  /// Packets that may lie between a place and the key picture that it leads to.
  fileprivate static let searchLimit = 1000
}
