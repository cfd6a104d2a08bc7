// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// A recording that has sound but no moving picture: its facts, its cover, its samples in order.
///
/// Owned by one thread at a time.
@safe final class SoundTrack {
  let facts: RecordingFacts
  /// The picture that the file carries along, decoded.
  let cover: Frame?
  /// Samples a second of ``read(_:)``.
  private(set) var rate: Int
  var bytesRead: Int64 { handle.file.bytesRead }

  private let handle: FormatHandle
  private let stream: UnsafeMutablePointer<AVStream>
  private let decoder: SoundDecoder
  private let packet: UnsafeMutablePointer<AVPacket>
  private let startTicks: Int64
  /// The container's times are as fine as samples: each block lies where it says.
  private let isExact: Bool
  /// The sample after those read so far, where times aren't exact.
  private var following: Int?
  private var skipTicks = Int64.min
  private var isFinished = false
  private static let faultLimit = 256

  /// Takes over a file that turned out to hold sound only.
  ///
  /// - Throws: ``RecordingError``: unknown codec, out of memory, stalled.
  init(file: FileSource) throws(RecordingError) {
    _ = file.seek(to: 0, whence: 0)
    handle = try FormatHandle(file: file)
    let status = unsafe avformat_find_stream_info(handle.context, nil)
    if let explanation = file.explanation {
      throw RecordingError(name: file.name, reason: explanation)
    }
    let index = unsafe av_find_best_stream(handle.context, AVMEDIA_TYPE_AUDIO, -1, -1, nil, 0)
    let streams = unsafe UnsafeBufferPointer(
      start: handle.context.pointee.streams, count: Int(handle.context.pointee.nb_streams))
    guard status >= 0, streams.indices.contains(Int(index)),
      let stream = unsafe streams[Int(index)]
    else { throw RecordingError(name: file.name, reason: .noVideo) }
    unsafe self.stream = stream
    guard let packet = unsafe av_packet_alloc() else {
      throw RecordingError(name: file.name, reason: .outOfMemory)
    }
    unsafe self.packet = packet
    cover = unsafe Cover.decode(streams)
    unsafe streams.forEach { other in
      if let other = unsafe other, unsafe other != stream {
        unsafe other.pointee.discard = AVDISCARD_ALL
      }
    }
    facts = unsafe RecordingFacts(handle: handle, sound: stream, cover: cover)
    decoder = try unsafe SoundDecoder(stream: stream, name: file.name)
    rate = max(facts.sound?.sampleRate ?? 0, 1)
    let start = unsafe stream.pointee.start_time
    startTicks = start == CAV_NO_TIME ? 0 : start
    let base = unsafe stream.pointee.time_base
    isExact = Int64(base.num) * Int64(rate) <= Int64(base.den)
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
  }

  /// Sound before this time isn't wanted; it is passed over undecoded where that changes nothing
  /// of what follows.
  func begin(at time: Microseconds) {
    guard isExact, decoder.forgetsSoon, time > 2_000_000 else { return }
    let lead = unsafe av_rescale_q(
      time - 2_000_000, AVRational(num: 1, den: 1_000_000), stream.pointee.time_base)
    skipTicks = startTicks + lead
  }

  /// Decodes the next samples and hands them to `body`.
  ///
  /// - Returns: Whether there were any; `false` at the end.
  /// - Throws: ``RecordingError``: stalled, or the system's failure to read.
  func read(_ body: (SoundSamples) -> Void) throws(RecordingError) -> Bool {
    while true {
      if let decoded = decoder.receive() {
        guard let samples = place(decoded) else { continue }
        body(samples)
        return true
      }
      if isFinished { return false }
      if try readPacket() {
        unsafe decoder.feed(packet)
      } else {
        isFinished = true
        decoder.finish()
      }
    }
  }

  private func readPacket() throws(RecordingError) -> Bool {
    var faults = 0
    while true {
      unsafe av_packet_unref(packet)
      let status = unsafe av_read_frame(handle.context, packet)
      if status >= 0 {
        let found = unsafe packet.pointee
        guard unsafe found.stream_index == stream.pointee.index else { continue }
        handle.file.renewDeadline()
        if unsafe found.pts == CAV_NO_TIME || found.pts + found.duration >= skipTicks {
          return true
        }
        continue
      }
      if let explanation = handle.file.explanation {
        throw RecordingError(name: facts.name, reason: explanation)
      }
      faults += 1
      if status == Int32(CAV_ERROR_END) || faults > Self.faultLimit { return false }
    }
  }

  /// Finds out where samples lie; `nil` where they lie before the beginning.
  private func place(_ decoded: SoundDecoder.Block) -> SoundSamples? {
    if following == nil, !isExact { rate = max(decoded.rate, 1) }
    let lanes = decoded.lanes(atRate: rate)
    let count = lanes.first?.count ?? 0
    let told = decoded.ticks.map { ticks in
      unsafe Int(
        av_rescale_q(
          ticks - startTicks, stream.pointee.time_base, AVRational(num: 1, den: Int32(rate))))
    }
    var first = following ?? told ?? 0
    // Times that are cut to milliseconds would tear samples apart; a real gap is a gap.
    if let told, isExact || (rate / 10..<10 * rate) ~= told - first { first = told }
    following = first + count
    guard count > 0, first + count > 0, first < Int.max / 4 else { return nil }
    let early = max(-first, 0)
    return SoundSamples(
      first: first + early, lanes: early == 0 ? lanes : lanes.map { Array($0.dropFirst(early)) })
  }
}

/// Samples in a row, -1...1, as they're drawn: of mono one lane, of stereo two, of more one that has
/// the loudest of all.
struct SoundSamples {
  /// The number of the first, counted from the recording's first.
  let first: Int
  let lanes: [[Float]]

  /// The number after the last.
  var end: Int { first + (lanes.first?.count ?? 0) }
}
