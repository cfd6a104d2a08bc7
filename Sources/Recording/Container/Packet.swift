// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// One coded picture (or field) as the container gave it.
struct PacketFacts {
  /// When its picture is shown; where the container doesn't say, the best guess.
  let time: Microseconds
  /// The container doesn't say when its picture is shown.
  let isTimeGuessed: Bool
  /// When it is decoded: rises from packet to packet.
  let decodeTime: Microseconds
  /// A picture that needs no other.
  let isKey: Bool
  /// The container says that bytes of it are lost or wrong.
  let isCorrupt: Bool
  /// The container's time jumped before it.
  let followsJump: Bool
  /// Where it begins in the file; `nil` where the container doesn't say.
  let position: Int64?
  /// Its bytes.
  let size: Int
}

/// A packet taken out of the container, to be decoded later.
@safe final class Packet {
  let facts: PacketFacts
  /// Decoded alone it gave nothing.
  var isStruck = false
  let pointer: UnsafeMutablePointer<AVPacket>

  /// Takes the data out of `scratch`, which is empty then.
  init?(takingFrom scratch: UnsafeMutablePointer<AVPacket>, facts: PacketFacts) {
    guard let pointer = unsafe av_packet_alloc() else { return nil }
    unsafe av_packet_move_ref(pointer, scratch)
    unsafe self.pointer = pointer
    self.facts = facts
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVPacket>? = unsafe pointer
    unsafe av_packet_free(&pointer)
  }
}
