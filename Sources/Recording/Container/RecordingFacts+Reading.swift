// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

extension RecordingFacts {
  /// Reads the facts out of an opened container.
  init(
    handle: FormatHandle, video: UnsafeMutablePointer<AVStream>,
    sound: UnsafeMutablePointer<AVStream>?
  ) {
    let context = unsafe handle.context
    name = handle.file.name
    bytes = handle.file.size
    container = handle.formatName
    let start = unsafe video.pointee.start_time
    startTime =
      start == CAV_NO_TIME
      ? .zero
      : unsafe .microseconds(
        av_rescale_q(start, video.pointee.time_base, AVRational(num: 1, den: 1_000_000)))
    duration = unsafe Self.duration(of: video, in: handle).map { .microseconds($0) }
    pictures = .moving
    self.video = unsafe Video(stream: video, context: context)
    self.sound = unsafe sound.map { unsafe Sound($0.pointee.codecpar.pointee) }

    var entries = unsafe Self.entries(context.pointee.metadata)
    if let program = unsafe av_find_program_from_stream(context, nil, video.pointee.index) {
      entries += unsafe Self.entries(program.pointee.metadata)
    }
    metadata = entries
    title =
      (entries.first { $0.name.lowercased() == "title" && !$0.value.isEmpty }
      ?? entries.first { $0.name == "service_name" && !$0.value.isEmpty })?.value
  }

  /// The first duration told that can be true, from the first picture to the end.
  private static func duration(
    of video: UnsafeMutablePointer<AVStream>, in handle: FormatHandle
  ) -> Microseconds? {
    let base = unsafe video.pointee.time_base
    let unit = AVRational(num: 1, den: 1_000_000)
    let start = unsafe video.pointee.start_time == CAV_NO_TIME ? 0 : video.pointee.start_time
    let startTime = av_rescale_q(start, base, unit)

    var candidates: [Microseconds] = []
    if unsafe video.pointee.duration != CAV_NO_TIME {
      candidates.append(unsafe av_rescale_q(video.pointee.duration, base, unit))
    }
    let whole = unsafe handle.context.pointee.duration
    if whole != CAV_NO_TIME {
      let begin = unsafe handle.context.pointee.start_time
      // libav's own Matroska writer puts down the time of the end, not how long it is.
      let isLibavs = unsafe isLibavs(handle.context.pointee.metadata)
      if handle.formatName == "matroska", isLibavs, whole > startTime {
        candidates.append(whole - startTime)
      }
      candidates.append(whole - (begin == CAV_NO_TIME ? 0 : startTime - begin))
    }

    var listedEnd: Microseconds?
    let count = unsafe avformat_index_get_entries_count(video)
    let isListed = unsafe handle.context.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT == 0
    if isListed, count >= 2, let last = unsafe avformat_index_get_entry(video, count - 1) {
      listedEnd = unsafe av_rescale_q(last.pointee.timestamp - start, base, unit)
    }
    let check = DurationCheck(bytes: handle.file.size, listedEnd: listedEnd)
    return candidates.first(where: check.accepts)
  }

  private static func isLibavs(_ dictionary: OpaquePointer?) -> Bool {
    unsafe entries(dictionary).contains {
      $0.name.lowercased() == "encoder" && $0.value.hasPrefix("Lavf")
    }
  }

  static func entries(_ dictionary: OpaquePointer?) -> [Entry] {
    var entries: [Entry] = []
    var entry: UnsafeMutablePointer<AVDictionaryEntry>?
    while true {
      unsafe entry = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX)
      guard let found = unsafe entry else { return entries }
      unsafe entries.append(
        Entry(name: String(cString: found.pointee.key), value: String(cString: found.pointee.value))
      )
    }
  }
}

extension RecordingFacts.Video {
  fileprivate init(
    stream: UnsafeMutablePointer<AVStream>, context: UnsafeMutablePointer<AVFormatContext>
  ) {
    let parameters = unsafe stream.pointee.codecpar.pointee
    codec = unsafe String(cString: avcodec_get_name(parameters.codec_id))
    codedWidth = Int(unsafe parameters.width)
    codedHeight = Int(unsafe parameters.height)
    sampleAspect = RecordingFacts.Ratio(
      aspect: unsafe av_guess_sample_aspect_ratio(context, stream, nil))
    let orientation = unsafe Orientation(of: stream)
    (quarterTurns, isMirrored) = (orientation.quarterTurns, orientation.isMirrored)
    let upright = Geometry.displaySize(
      width: codedWidth, height: codedHeight, sampleAspect: sampleAspect.value,
      quarterTurns: quarterTurns)
    displayWidth = upright.width
    displayHeight = upright.height
    let rates = unsafe [stream.pointee.avg_frame_rate, stream.pointee.r_frame_rate]
    frameRate = rates.first { $0.num > 0 && $0.den > 0 && 1...240 ~= av_q2d($0) }
      .map { RecordingFacts.Ratio(numerator: Int($0.num), denominator: Int($0.den)) }
    let interlaced = [AV_FIELD_TT, AV_FIELD_BB, AV_FIELD_TB, AV_FIELD_BT]
    isInterlaced = unsafe interlaced.contains(parameters.field_order)
    let format = unsafe av_get_pix_fmt_name(AVPixelFormat(rawValue: parameters.format))
    pixelFormat = unsafe format.map { unsafe String(cString: $0) } ?? "unknown"
    peakLight = unsafe Self.peakLight(stream)
  }

  private static func peakLight(_ stream: UnsafeMutablePointer<AVStream>) -> Double? {
    var size = 0
    let light = unsafe av_stream_get_side_data(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, &size)
    if let peak = unsafe LightMetadata.peak(ofContentLight: light, size) { return peak }
    let screen = unsafe av_stream_get_side_data(
      stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, &size)
    return unsafe LightMetadata.peak(ofMastering: screen, size)
  }
}

extension RecordingFacts.Sound {
  init(_ parameters: AVCodecParameters) {
    codec = unsafe String(cString: avcodec_get_name(parameters.codec_id))
    sampleRate = Int(unsafe parameters.sample_rate)
    channels = Int(unsafe parameters.ch_layout.nb_channels)
  }
}

extension RecordingFacts.Ratio {
  /// A pixel's shape; 1:1 where it is unknown or absurd.
  fileprivate init(aspect: AVRational) {
    let isKnown = aspect.num > 0 && aspect.den > 0 && 0.1...10 ~= av_q2d(aspect)
    numerator = isKnown ? Int(aspect.num) : 1
    denominator = isKnown ? Int(aspect.den) : 1
  }
}
