// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

extension RecordingFacts {
  /// Reads the facts of a recording at a path, of sound alone too.
  ///
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  public static func read(path: String) throws(RecordingError) -> RecordingFacts {
    switch try OpenedRecording(
      file: FileSource(path: path, patience: Container.defaultPatience))
    {
    case .moving(let container): container.facts
    case .sound(let track): track.facts
    }
  }

  /// Reads the facts of a recording of sound.
  init(handle: FormatHandle, sound: UnsafeMutablePointer<AVStream>, cover: Frame?) {
    let base = unsafe sound.pointee.time_base
    let unit = AVRational(num: 1, den: 1_000_000)
    let start = unsafe sound.pointee.start_time == CAV_NO_TIME ? 0 : sound.pointee.start_time
    let told = unsafe sound.pointee.duration
    let whole = unsafe handle.context.pointee.duration
    let lengths = [told == CAV_NO_TIME ? 0 : av_rescale_q(told, base, unit), max(whole, 0)]
    // A guess by the first packets' size may be half or double; decoding finds the true end.
    // Digital silence packs well, but not below 100 bits a second.
    let isGuessed =
      unsafe handle.context.pointee.duration_estimation_method
      == AVFMT_DURATION_FROM_BITRATE
    let length =
      isGuessed
      ? nil : lengths.first { $0 > 0 && Double($0) < Double(handle.file.size) * 8 * 10_000 }
    let codec = unsafe cover == nil ? "none" : Self.codec(ofCoverIn: handle.context)
    let entries =
      unsafe Self.entries(handle.context.pointee.metadata)
      + Self.entries(sound.pointee.metadata)
    self.init(
      name: handle.file.name, bytes: handle.file.size, container: handle.formatName,
      duration: length.map { .microseconds($0) },
      startTime: .microseconds(av_rescale_q(start, base, unit)),
      pictures: cover == nil ? .waveform : .cover, video: Video(cover: cover, codec: codec),
      sound: unsafe Sound(sound.pointee.codecpar.pointee),
      title: entries.first { $0.name.lowercased() == "title" && !$0.value.isEmpty }?.value,
      metadata: entries)
  }

  private static func codec(ofCoverIn context: UnsafeMutablePointer<AVFormatContext>) -> String {
    let streams = unsafe UnsafeBufferPointer(
      start: context.pointee.streams, count: Int(context.pointee.nb_streams))
    for index in streams.indices {
      guard let stream = unsafe streams[index],
        unsafe stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
      else { continue }
      return unsafe String(cString: avcodec_get_name(stream.pointee.codecpar.pointee.codec_id))
    }
    return "none"
  }
}

extension RecordingFacts.Video {
  /// A cover, or the shape of what is drawn where there is none.
  fileprivate init(cover: Frame?, codec: String) {
    let width = cover?.width ?? 640
    let height = cover?.height ?? 360
    let format = unsafe cover.flatMap {
      unsafe av_get_pix_fmt_name(AVPixelFormat(rawValue: $0.pointer.pointee.format))
    }
    self.init(
      codec: codec, codedWidth: width, codedHeight: height,
      sampleAspect: RecordingFacts.Ratio(numerator: 1, denominator: 1), isMirrored: false,
      quarterTurns: 0, displayWidth: width, displayHeight: height, frameRate: nil,
      isInterlaced: false, pixelFormat: unsafe format.map { unsafe String(cString: $0) } ?? "none",
      peakLight: nil)
  }
}

/// What a file turned out to be.
enum OpenedRecording {
  /// It has moving pictures.
  case moving(Container)
  /// It has sound alone.
  case sound(SoundTrack)

  /// Opens a file.
  ///
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  init(file: FileSource) throws(RecordingError) {
    do throws(RecordingError) {
      self = .moving(try Container(file: file))
    } catch {
      guard error.reason == .soundOnly else { throw error }
      self = .sound(try SoundTrack(file: file))
    }
  }
}
