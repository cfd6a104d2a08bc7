// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// One coded picture (or field) as the container gave it.
struct PacketFacts {
  /// When its picture is shown; where the container doesn't say, the best guess.
  var time: Microseconds
  /// The container doesn't say when its picture is shown.
  var isTimeGuessed: Bool
  /// It is shown when the next picture that isn't shown at once is decoded (MPEG-1/2).
  var isTimeOpen: Bool
  /// When it is decoded: rises from packet to packet.
  let decodeTime: Microseconds
  /// A picture that needs no other.
  let isKey: Bool
  /// The container says that bytes of it are lost or wrong.
  let isCorrupt: Bool
  /// The container's time jumped before it.
  let followsJump: Bool
  /// The packet before it, the first after a seek, told a time that is not to be believed.
  let beginsAnew: Bool
  /// Where it begins in the file; `nil` where the container doesn't say.
  let position: Int64?
  /// Its bytes.
  let size: Int
}

/// A packet taken out of the container, to be decoded later.
@safe final class Packet {
  private(set) var facts: PacketFacts
  /// Decoded alone it gave nothing.
  var isStruck = false
  /// Where a packet shortly before it begins, or itself.
  var placeBefore: Int64?
  /// The packet read after it: it may be the other field.
  var follower: Packet?
  let pointer: UnsafeMutablePointer<AVPacket>

  /// Takes the data out of `scratch`, which is empty then.
  init?(takingFrom scratch: UnsafeMutablePointer<AVPacket>, facts: PacketFacts) {
    guard let pointer = unsafe av_packet_alloc() else { return nil }
    unsafe av_packet_move_ref(pointer, scratch)
    unsafe self.pointer = pointer
    self.facts = facts
  }

  /// Its time of showing became known; the decoder passes it through in the stream's ticks.
  func settle(time: Microseconds, ticks: Int64) {
    facts.time = time
    facts.isTimeOpen = false
    facts.isTimeGuessed = false
    unsafe pointer.pointee.pts = ticks
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVPacket>? = unsafe pointer
    unsafe av_packet_free(&pointer)
  }
}
