// SPDX-License-Identifier: Apache-2.0
import CFFmpeg
import Media

/// Encodes pictures to an animated file in memory, by FFmpeg's encoder and muxer of the format.
///
/// Owned by one thread at a time.
@safe final class AnimationEncoder {
  private let format: AnimationOutput.Format
  private let subject: String
  /// A WebP counts milliseconds, a GIF hundredths of a second.
  private let ticks: Int32
  private var codec: UnsafeMutablePointer<AVCodecContext>?
  private var muxer: UnsafeMutablePointer<AVFormatContext>?
  private var frame: UnsafeMutablePointer<AVFrame>?
  private var packet: UnsafeMutablePointer<AVPacket>?

  init(
    _ format: AnimationOutput.Format, width: Int, height: Int, quality: Int, subject: String
  ) throws(MediaError) {
    self.format = format
    self.subject = subject
    ticks = format == .webp ? 1000 : 100
    let name = format == .webp ? "libwebp_anim" : "gif"
    guard let encoder = unsafe avcodec_find_encoder_by_name(name),
      let codec = unsafe avcodec_alloc_context3(encoder)
    else { throw failure("this FFmpeg is built without its encoder \(name)") }
    unsafe self.codec = codec
    unsafe codec.pointee.width = Int32(width)
    unsafe codec.pointee.height = Int32(height)
    unsafe codec.pointee.time_base = AVRational(num: 1, den: ticks)
    unsafe codec.pointee.thread_count = 1
    unsafe codec.pointee.pix_fmt = format == .webp ? AV_PIX_FMT_YUV420P : AV_PIX_FMT_PAL8
    if format == .webp {
      try unsafe check(av_opt_set_double(codec.pointee.priv_data, "quality", Double(quality), 0))
    }
    try unsafe check(avcodec_open2(codec, encoder, nil))
    unsafe frame = av_frame_alloc()
    unsafe packet = av_packet_alloc()
    try openMuxer()
  }

  deinit {
    if let muxer = unsafe muxer {
      if unsafe muxer.pointee.pb != nil {
        var bytes: UnsafeMutablePointer<UInt8>?
        unsafe avio_close_dyn_buf(muxer.pointee.pb, &bytes)
        unsafe av_free(bytes)
      }
      unsafe avformat_free_context(muxer)
    }
    unsafe av_packet_free(&packet)
    unsafe av_frame_free(&frame)
    unsafe avcodec_free_context(&codec)
  }

  /// Adds a picture that is shown from `time` on.
  func add(_ picture: Picture, at time: Duration) throws(MediaError) {
    guard let codec = unsafe codec, let frame = unsafe frame else { return }
    unsafe frame.pointee.width = codec.pointee.width
    unsafe frame.pointee.height = codec.pointee.height
    unsafe frame.pointee.format = codec.pointee.pix_fmt.rawValue
    try unsafe check(av_frame_get_buffer(frame, 0))
    defer { unsafe av_frame_unref(frame) }
    if format == .webp { unsafe fill(frame, picture) } else { unsafe fillIndexed(frame, picture) }
    unsafe frame.pointee.pts = time.wholeMicroseconds * Int64(ticks) / 1_000_000
    try unsafe check(avcodec_send_frame(codec, frame))
    try writePackets()
  }

  /// The whole file; its last picture is shown as long as those before it.
  func finish() throws(MediaError) -> [UInt8] {
    try unsafe check(avcodec_send_frame(codec, nil))
    try writePackets()
    guard let muxer = unsafe muxer else { return [] }
    try unsafe check(av_write_trailer(muxer))
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = unsafe avio_close_dyn_buf(muxer.pointee.pb, &bytes)
    unsafe muxer.pointee.pb = nil
    defer { unsafe av_free(bytes) }
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(max(count, 0))))
  }

  private func openMuxer() throws(MediaError) {
    try unsafe check(avformat_alloc_output_context2(&muxer, nil, format.rawValue, nil))
    guard let muxer = unsafe muxer, let stream = unsafe avformat_new_stream(muxer, nil) else {
      throw failure("memory is short")
    }
    try unsafe check(avcodec_parameters_from_context(stream.pointee.codecpar, codec))
    unsafe stream.pointee.time_base = AVRational(num: 1, den: ticks)
    try unsafe check(avio_open_dyn_buf(&muxer.pointee.pb))
    var options: OpaquePointer?
    defer { unsafe av_dict_free(&options) }
    // For ever: the GIF muxer's own default, not the WebP muxer's.
    unsafe av_dict_set(&options, "loop", "0", 0)
    // Its pictures are the same whichever build of FFmpeg wrote them.
    unsafe muxer.pointee.flags |= AVFMT_FLAG_BITEXACT
    try unsafe check(avformat_write_header(muxer, &options))
  }

  private func writePackets() throws(MediaError) {
    while true {
      let code = unsafe avcodec_receive_packet(codec, packet)
      if code == CAV_ERROR_AGAIN || code == CAV_ERROR_END { return }
      try check(code)
      guard let muxer = unsafe muxer, let packet = unsafe packet,
        let stream = unsafe muxer.pointee.streams[0]
      else { return }
      unsafe av_packet_rescale_ts(
        packet, AVRational(num: 1, den: ticks), stream.pointee.time_base)
      try unsafe check(av_write_frame(muxer, packet))
      unsafe av_packet_unref(packet)
    }
  }

  /// Planes in the video range that WebP has; a JPEG's is the full one.
  private func fill(_ frame: UnsafeMutablePointer<AVFrame>, _ picture: Picture) {
    let luma = (0..<256).map { (value: Int) -> UInt8 in
      UInt8((16 * 255 + value * 219 + 127) / 255)
    }
    let chroma = (0..<256).map { (value: Int) -> UInt8 in
      UInt8((16 * 255 + value * 224 + 127) / 255)
    }
    let half = (picture.chromaWidth, picture.chromaHeight)
    let (lines, data) = unsafe (frame.pointee.linesize, frame.pointee.data)
    picture.withPlanes { y, blue, red in
      unsafe copy(y, picture.lumaStride, data.0, lines.0, (picture.width, picture.height), luma)
      unsafe copy(blue, picture.chromaStride, data.1, lines.1, half, chroma)
      unsafe copy(red, picture.chromaStride, data.2, lines.2, half, chroma)
    }
  }

  private func copy(
    _ plane: Picture.Plane, _ stride: Int, _ target: UnsafeMutablePointer<UInt8>?, _ line: Int32,
    _ size: (width: Int, height: Int), _ table: [UInt8]
  ) {
    guard let target = unsafe target else { return }
    for row in 0..<size.height {
      for column in 0..<size.width {
        unsafe target[row * Int(line) + column] = table[Int(plane[row * stride + column])]
      }
    }
  }

  private func fillIndexed(_ frame: UnsafeMutablePointer<AVFrame>, _ picture: Picture) {
    let indexed = IndexedPicture(picture)
    let (line, data) = unsafe (Int(frame.pointee.linesize.0), frame.pointee.data)
    guard let places = unsafe data.0, let colours = unsafe data.1 else { return }
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        unsafe places[row * line + column] = indexed.places[row * picture.width + column]
      }
    }
    unsafe colours.withMemoryRebound(to: UInt32.self, capacity: 256) { words in
      for place in 0..<256 { unsafe words[place] = indexed.palette[place] }
    }
  }

  private func check(_ code: Int32) throws(MediaError) {
    guard code < 0 else { return }
    var text = [CChar](repeating: 0, count: 128)
    unsafe av_strerror(code, &text, text.count)
    let letters = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    throw failure(String(decoding: letters, as: UTF8.self))
  }

  private func failure(_ reason: String) -> MediaError {
    MediaError(operation: "make", subject: subject, reason: reason)
  }
}
