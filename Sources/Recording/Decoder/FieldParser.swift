// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// Tells whether an H.264 packet is one field of a frame: alone it gives no picture.
@safe final class FieldParser {
  private let parser: UnsafeMutablePointer<AVCodecParserContext>
  private let context: UnsafeMutablePointer<AVCodecContext>

  /// `nil` for other codecs, whose parsers join fields themselves.
  init?(parameters: UnsafeMutablePointer<AVCodecParameters>) {
    guard unsafe parameters.pointee.codec_id == AV_CODEC_ID_H264,
      let parser = unsafe av_parser_init(Int32(AV_CODEC_ID_H264.rawValue))
    else { return nil }
    // A context of its own: the parser writes into it.
    guard let context = unsafe avcodec_alloc_context3(nil) else {
      unsafe av_parser_close(parser)
      return nil
    }
    unsafe avcodec_parameters_to_context(context, parameters)
    unsafe parser.pointee.flags |= PARSER_FLAG_COMPLETE_FRAMES
    unsafe self.parser = parser
    unsafe self.context = context
  }

  deinit {
    unsafe av_parser_close(parser)
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
  }

  /// Whether the packet is one field.
  func isField(_ packet: Packet) -> Bool {
    var output: UnsafeMutablePointer<UInt8>?
    var size: Int32 = 0
    let data = unsafe packet.pointer.pointee
    _ = unsafe av_parser_parse2(
      parser, context, &output, &size, data.data, data.size, data.pts, data.dts, data.pos)
    let structure = unsafe parser.pointee.picture_structure
    return structure == AV_PICTURE_STRUCTURE_TOP_FIELD
      || structure == AV_PICTURE_STRUCTURE_BOTTOM_FIELD
  }
}
