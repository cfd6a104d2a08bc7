// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// One decoded picture, as it came out of the decoder.
@safe final class Frame {
  let pointer: UnsafeMutablePointer<AVFrame>
  /// When it is shown.
  var time: Microseconds = 0
  /// Why it serves a slot that another picture is nearer to, or something else worth saying.
  var note: ExtractedFrame.Note?

  init?() {
    guard let pointer = unsafe av_frame_alloc() else { return nil }
    unsafe self.pointer = pointer
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFrame>? = unsafe pointer
    unsafe av_frame_free(&pointer)
  }

  var width: Int { Int(unsafe pointer.pointee.width) }
  var height: Int { Int(unsafe pointer.pointee.height) }
  var isKey: Bool { unsafe pointer.pointee.key_frame != 0 }
  var isInterlaced: Bool { unsafe pointer.pointee.interlaced_frame != 0 }

  /// Of the two fields of an interlaced picture the one with the first line is shown first.
  var isTopFieldFirst: Bool { unsafe pointer.pointee.top_field_first != 0 }

  /// The decoder met faults in it, or the container lost bytes of it: some of it is guessed.
  var isDamaged: Bool {
    unsafe pointer.pointee.decode_error_flags != 0
      || pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
  }

  /// The decoder's own idea of when it is shown, in the container's ticks.
  var ticks: Int64? {
    let ticks = unsafe pointer.pointee.pts
    return ticks == CAV_NO_TIME ? nil : ticks
  }

  /// libav's guess where `ticks` is missing.
  var guessedTicks: Int64? {
    let ticks = unsafe pointer.pointee.best_effort_timestamp
    return ticks == CAV_NO_TIME ? nil : ticks
  }
}
