// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// The streams that are read: the best moving picture, and the sound that goes with it.
@safe struct StreamChoice {
  let handle: FormatHandle
  let video: UnsafeMutablePointer<AVStream>
  let sound: UnsafeMutablePointer<AVStream>?

  /// Opens the container and chooses; every other stream is left out of reading.
  ///
  /// - Throws: ``RecordingError``: not a recording, sound only, no picture, scrambled.
  static func open(_ file: FileSource) throws(RecordingError) -> StreamChoice {
    let quick = try FormatHandle(file: file)
    let isLimited = limitAnalysis(of: quick)
    do {
      return try choose(in: quick)
    } catch {
      // Half a second of a transport stream was too little to know it: take the usual five.
      guard isLimited, !file.isStalled else { throw error }
      file.rewind()
      return try choose(in: FormatHandle(file: file))
    }
  }

  /// H.264 and HEVC in a transport stream open ten times faster so; MPEG-2 gains nothing.
  private static func limitAnalysis(of handle: FormatHandle) -> Bool {
    guard handle.formatName == "mpegts" else { return false }
    let codecs = unsafe streams(of: handle).map { unsafe $0.pointee.codecpar.pointee.codec_id }
    guard codecs.contains(AV_CODEC_ID_H264) || codecs.contains(AV_CODEC_ID_HEVC) else {
      return false
    }
    unsafe handle.context.pointee.max_analyze_duration = 500_000
    unsafe handle.context.pointee.probesize = 500_000
    return true
  }

  private static func choose(in handle: FormatHandle) throws(RecordingError) -> StreamChoice {
    let file = handle.file
    let status = unsafe avformat_find_stream_info(handle.context, nil)
    if let explanation = file.explanation {
      throw RecordingError(name: file.name, reason: explanation)
    }
    let all = unsafe streams(of: handle)
    guard status >= 0, handle.isRecording, unsafe !all.isEmpty else {
      throw RecordingError(name: file.name, reason: .notARecording)
    }
    guard let video = unsafe bestVideo(of: handle, among: all) else {
      throw RecordingError(name: file.name, reason: unsafe whyNoVideo(all))
    }
    let index = unsafe av_find_best_stream(
      handle.context, AVMEDIA_TYPE_AUDIO, -1, video.pointee.index, nil, 0)
    let count = unsafe all.count
    for index in 0..<count where unsafe all[index] != video {
      unsafe all[index].pointee.discard = AVDISCARD_ALL
    }
    return unsafe StreamChoice(
      handle: handle, video: video, sound: index >= 0 ? all[Int(index)] : nil)
  }

  /// libav's own choice, unless that is a cover or has no size; then the largest that remains.
  private static func bestVideo(
    of handle: FormatHandle, among all: [UnsafeMutablePointer<AVStream>]
  ) -> UnsafeMutablePointer<AVStream>? {
    let usable = unsafe all.filter { unsafe isMovingPicture($0) && area($0) > 0 }
    let index = unsafe av_find_best_stream(handle.context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
    let best = unsafe usable.first { unsafe $0.pointee.index == index }
    let largest = unsafe usable.max { unsafe area($0) < area($1) }
    return unsafe best ?? largest
  }

  private static func area(_ stream: UnsafeMutablePointer<AVStream>) -> Int {
    let parameters = unsafe stream.pointee.codecpar.pointee
    return unsafe Int(parameters.width) * Int(parameters.height)
  }

  private static func isMovingPicture(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    let type = unsafe stream.pointee.codecpar.pointee.codec_type
    let isCover = unsafe stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
    return type == AVMEDIA_TYPE_VIDEO && !isCover
  }

  private static func whyNoVideo(
    _ all: [UnsafeMutablePointer<AVStream>]
  ) -> RecordingError.Reason {
    if unsafe all.contains(where: { unsafe isMovingPicture($0) }) { return .scrambled }
    let hasSound = unsafe all.contains {
      unsafe $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO
    }
    return hasSound ? .soundOnly : .noVideo
  }

  private static func streams(of handle: FormatHandle) -> [UnsafeMutablePointer<AVStream>] {
    let list = unsafe UnsafeBufferPointer(
      start: handle.context.pointee.streams, count: Int(handle.context.pointee.nb_streams))
    return unsafe list.compactMap { unsafe $0 }
  }
}
