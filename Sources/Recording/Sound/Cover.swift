// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// The picture that a file of sound carries along.
enum Cover {
  /// Codecs that covers are really in; no other decoder is started for a file's own claim.
  private static let codecs = [
    AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, AV_CODEC_ID_BMP, AV_CODEC_ID_GIF, AV_CODEC_ID_WEBP,
    AV_CODEC_ID_TIFF,
  ]

  /// Decodes the first cover that can be.
  static func decode(
    _ streams: UnsafeBufferPointer<UnsafeMutablePointer<AVStream>?>
  ) -> Frame? {
    for index in streams.indices {
      guard let stream = unsafe streams[index],
        unsafe stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0,
        unsafe stream.pointee.attached_pic.size > 0,
        let frame = unsafe decode(stream)
      else { continue }
      return frame
    }
    return nil
  }

  private static func decode(_ stream: UnsafeMutablePointer<AVStream>) -> Frame? {
    guard let parameters = unsafe stream.pointee.codecpar,
      unsafe codecs.contains(parameters.pointee.codec_id),
      let codec = unsafe avcodec_find_decoder(parameters.pointee.codec_id)
    else { return nil }
    var context = unsafe avcodec_alloc_context3(codec)
    defer { unsafe avcodec_free_context(&context) }
    guard let context = unsafe context, let frame = Frame() else { return nil }
    unsafe avcodec_parameters_to_context(context, parameters)
    unsafe context.pointee.thread_count = 1
    // 64 million pixels are a cover of 8000 x 8000.
    unsafe context.pointee.max_pixels = 64 << 20
    guard unsafe avcodec_open2(context, codec, nil) >= 0 else { return nil }
    _ = unsafe avcodec_send_packet(context, &stream.pointee.attached_pic)
    _ = unsafe avcodec_send_packet(context, nil)
    return unsafe avcodec_receive_frame(context, frame.pointer) >= 0 ? frame : nil
  }
}
