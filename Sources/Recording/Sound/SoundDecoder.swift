// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// Turns packets of sound into samples.
@safe final class SoundDecoder {
  /// What came next is the same whatever came before, a second earlier.
  let forgetsSoon: Bool

  private let context: UnsafeMutablePointer<AVCodecContext>
  private let frame: Frame

  /// Opens the decoder of a stream.
  ///
  /// - Throws: ``RecordingError``: unknown codec, out of memory.
  init(stream: UnsafeMutablePointer<AVStream>, name: String) throws(RecordingError) {
    guard let parameters = unsafe stream.pointee.codecpar else {
      throw RecordingError(name: name, reason: .notARecording)
    }
    let id = unsafe parameters.pointee.codec_id
    let codecName = unsafe String(cString: avcodec_get_name(id))
    guard let codec = unsafe avcodec_find_decoder(id) else {
      throw RecordingError(name: name, reason: .unknownCodec(codecName))
    }
    guard let context = unsafe avcodec_alloc_context3(codec), let frame = Frame() else {
      throw RecordingError(name: name, reason: .outOfMemory)
    }
    unsafe self.context = context
    self.frame = frame
    forgetsSoon =
      ["mp3", "mp2", "flac", "vorbis"].contains(codecName) || codecName.hasPrefix("pcm_")
    unsafe avcodec_parameters_to_context(context, parameters)
    unsafe context.pointee.thread_count = 1
    unsafe context.pointee.pkt_timebase = stream.pointee.time_base
    guard unsafe avcodec_open2(context, codec, nil) >= 0 else {
      throw RecordingError(name: name, reason: .unknownCodec(codecName))
    }
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
  }

  /// Feeds a packet; a faulty one is passed over.
  func feed(_ packet: UnsafeMutablePointer<AVPacket>) {
    _ = unsafe avcodec_send_packet(context, packet)
  }

  /// No packet follows.
  func finish() { _ = unsafe avcodec_send_packet(context, nil) }

  /// The next samples; `nil` where another packet is needed, or at the end.
  func receive() -> Block? {
    for _ in 0..<16 {
      let status = unsafe avcodec_receive_frame(context, frame.pointer)
      if status >= 0 { return Block(frame) }
      if status == Int32(CAV_ERROR_AGAIN) || status == Int32(CAV_ERROR_END) { return nil }
    }
    return nil
  }

  /// Samples as they came out; good until the next are asked for.
  struct Block {
    fileprivate let frame: Frame
    fileprivate init(_ frame: Frame) { self.frame = frame }

    /// When it is heard, in the container's ticks.
    var ticks: Int64? { frame.ticks ?? frame.guessedTicks }
    /// Samples a second.
    var rate: Int { Int(unsafe frame.pointer.pointee.sample_rate) }

    /// What is drawn of it; another rate than wanted is met by the nearest samples.
    func lanes(atRate wanted: Int) -> [[Float]] {
      let decoded = unsafe frame.pointer.pointee
      let count = Int(unsafe decoded.nb_samples)
      let channels = Int(unsafe decoded.ch_layout.nb_channels)
      guard 1...64 ~= channels, 1...(1 << 22) ~= count, rate > 0,
        let planes = unsafe decoded.extended_data
      else { return [] }
      let format = unsafe AVSampleFormat(rawValue: decoded.format)
      let isPlanar = av_sample_fmt_is_planar(format) != 0
      let packed = av_get_packed_sample_fmt(format)
      func lane(_ channel: Int) -> [Float] {
        guard let plane = unsafe planes[isPlanar ? channel : 0] else { return [] }
        let layout = (count: count, first: isPlanar ? 0 : channel, step: isPlanar ? 1 : channels)
        return switch packed {
        case AV_SAMPLE_FMT_U8:
          unsafe Self.values(plane, layout) { (Float($0 as UInt8) - 128) / 128 }
        case AV_SAMPLE_FMT_S16: unsafe Self.values(plane, layout) { Float($0 as Int16) / 0x1p15 }
        case AV_SAMPLE_FMT_S32: unsafe Self.values(plane, layout) { Float($0 as Int32) / 0x1p31 }
        case AV_SAMPLE_FMT_S64: unsafe Self.values(plane, layout) { Float($0 as Int64) / 0x1p63 }
        case AV_SAMPLE_FMT_FLT: unsafe Self.values(plane, layout) { Self.bounded($0) }
        case AV_SAMPLE_FMT_DBL:
          unsafe Self.values(plane, layout) { Self.bounded(Float($0 as Double)) }
        default: []
        }
      }
      var lanes = (0..<channels).map(lane)
      if channels > 2 { lanes = [Self.loudest(of: lanes)] }
      return rate == wanted ? lanes : lanes.map { Self.stretched($0, from: rate, to: wanted) }
    }

    private static func values<Value>(
      _ plane: UnsafeMutablePointer<UInt8>, _ layout: (count: Int, first: Int, step: Int),
      _ value: (Value) -> Float
    ) -> [Float] {
      let typed = unsafe UnsafeRawPointer(plane).assumingMemoryBound(to: Value.self)
      return unsafe [Float](unsafeUninitializedCapacity: layout.count) { output, count in
        for index in 0..<layout.count {
          unsafe output[index] = value(typed[layout.first + index * layout.step])
        }
        count = layout.count
      }
    }

    /// Decoders of floating values overshoot, and damaged data may be anything.
    private static func bounded(_ value: Float) -> Float {
      value >= -1 ? (value <= 1 ? value : 1) : (value < -1 ? -1 : 0)
    }

    private static func loudest(of lanes: [[Float]]) -> [Float] {
      var loudest = lanes[0]
      for lane in lanes.dropFirst() where lane.count == loudest.count {
        for index in lane.indices where abs(lane[index]) > abs(loudest[index]) {
          loudest[index] = lane[index]
        }
      }
      return loudest
    }

    private static func stretched(_ lane: [Float], from: Int, to: Int) -> [Float] {
      let count = min(lane.count * to / from, 1 << 24)
      return (0..<count).map { lane[min($0 * from / to, lane.count - 1)] }
    }
  }
}
