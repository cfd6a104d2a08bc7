// SPDX-License-Identifier: Apache-2.0
import CVorbis

/// One logical Vorbis stream, its headers, then its packets; a chain is several, one by one.
@safe final class VorbisLink {
  /// What became of the next packet.
  enum Step { case needsPage, header, sound, damaged }

  /// What libvorbis keeps of one stream; the parts point at each other, so they never move.
  @unsafe private struct State {
    var stream = unsafe ogg_stream_state()
    var info = unsafe vorbis_info()
    var comment = unsafe vorbis_comment()
    var synthesis = unsafe vorbis_dsp_state()
    var block = unsafe vorbis_block()
  }

  let serial: UInt32
  /// All three header packets were read: rate and channels are known.
  private(set) var isReady = false
  private var headerCount = 0
  /// Bytes of the packet that isn't whole yet.
  private var unfinishedBytes = 0
  /// Longest packet taken, in bytes: sound needs a few KiB, headers with pictures some MiB.
  private static let packetLimit = 16 << 20
  private let state: UnsafeMutablePointer<State>

  /// Begins with the first page of a logical stream; `nil` where that isn't Vorbis.
  init?(_ page: OggPage) {
    serial = page.serial
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: State())
    unsafe ogg_stream_init(&state.pointee.stream, Int32(bitPattern: page.serial))
    unsafe vorbis_info_init(&state.pointee.info)
    unsafe vorbis_comment_init(&state.pointee.comment)
    add(page)
    var packet = unsafe ogg_packet()
    guard unsafe ogg_stream_packetpeek(&state.pointee.stream, &packet) == 1,
      unsafe vorbis_synthesis_idheader(&packet) == 1
    else { return nil }
  }

  deinit {
    if isReady {
      unsafe vorbis_block_clear(&state.pointee.block)
      unsafe vorbis_dsp_clear(&state.pointee.synthesis)
    }
    unsafe vorbis_comment_clear(&state.pointee.comment)
    unsafe vorbis_info_clear(&state.pointee.info)
    unsafe ogg_stream_clear(&state.pointee.stream)
    unsafe state.deallocate()
  }

  /// Samples a second.
  var rate: Int { unsafe state.pointee.info.rate }
  /// Channels.
  var channels: Int { unsafe Int(state.pointee.info.channels) }

  /// Takes a page of this stream, copied.
  func add(_ page: OggPage) {
    unfinishedBytes += page.bytes.count
    if unfinishedBytes > Self.packetLimit {
      // A packet without end: libogg would keep all of it.
      unsafe ogg_stream_reset(&state.pointee.stream)
      unfinishedBytes = page.bytes.count
    }
    unsafe page.bytes.withUnsafeBufferPointer { bytes in
      // libogg only reads the page; its struct wants pointers that could write.
      let start = unsafe UnsafeMutablePointer(mutating: bytes.baseAddress)
      var view = unsafe ogg_page(
        header: start, header_len: page.headerLength,
        body: start.map { unsafe $0 + page.headerLength },
        body_len: bytes.count - page.headerLength)
      unsafe ogg_stream_pagein(&state.pointee.stream, &view)
    }
  }

  /// Decodes the next packet; ask for samples after each `sound`.
  ///
  /// - Throws: ``MediaError`` where a header is damaged: the stream can't be decoded then.
  func step() throws(MediaError) -> Step {
    var packet = unsafe ogg_packet()
    switch unsafe ogg_stream_packetout(&state.pointee.stream, &packet) {
    case 0: return .needsPage
    case 1: break
    default: return isReady ? .damaged : .header
    }
    unfinishedBytes = 0
    guard isReady else {
      try unsafe readHeader(&packet)
      return .header
    }
    guard unsafe vorbis_synthesis(&state.pointee.block, &packet) == 0,
      unsafe vorbis_synthesis_blockin(&state.pointee.synthesis, &state.pointee.block) == 0
    else { return .damaged }
    return .sound
  }

  /// Blocks' lengths of all whole packets at hand, in samples; the packets are used up.
  func packetLengths() -> [Int] {
    var lengths: [Int] = []
    var packet = unsafe ogg_packet()
    while case let result = unsafe ogg_stream_packetout(&state.pointee.stream, &packet), result != 0
    {
      guard result == 1 else { continue }
      unfinishedBytes = 0
      let length = unsafe vorbis_packet_blocksize(&state.pointee.info, &packet)
      if length > 0 { lengths.append(length) }
    }
    return lengths
  }

  /// Samples decoded and not yet taken, interleaved; empty where there are none.
  func samples() -> [Int16] {
    guard isReady else { return [] }
    var planes: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>?
    let count = unsafe Int(vorbis_synthesis_pcmout(&state.pointee.synthesis, &planes))
    guard count > 0, let planes = unsafe planes else { return [] }
    let channels = channels
    let samples = unsafe [Int16](unsafeUninitializedCapacity: count * channels) { output, filled in
      for channel in 0..<channels {
        guard let plane = unsafe planes[channel] else { continue }
        for index in 0..<count {
          unsafe output[index * channels + channel] = Self.sample(plane[index])
        }
      }
      filled = count * channels
    }
    unsafe vorbis_synthesis_read(&state.pointee.synthesis, Int32(count))
    return samples
  }

  /// Rounds to nearest, ties to even, and clips: what libvorbisfile does, so that the samples are
  /// those of every other player.
  private static func sample(_ value: Float) -> Int16 {
    // Written so that a NaN, which is in no range, becomes the lowest sample.
    let scaled = value * 32768
    let bounded = scaled > -32768 ? scaled : -32768
    let clipped = bounded < 32767 ? bounded : 32767
    // Adding 1.5 * 2^23 leaves the rounded number in the low bits: a third faster than `rounded`,
    // which is a call on processors before SSE 4.1.
    return Int16(truncatingIfNeeded: (clipped + 12_582_912).bitPattern)
  }

  private func readHeader(_ packet: UnsafeMutablePointer<ogg_packet>) throws(MediaError) {
    let result = unsafe vorbis_synthesis_headerin(
      &state.pointee.info, &state.pointee.comment, packet)
    headerCount += 1
    guard result == 0 else {
      throw MediaError(
        operation: "decode", subject: "Vorbis header \(headerCount) of 3",
        reason: "damaged or not Vorbis (libvorbis \(result))")
    }
    guard headerCount == 3 else { return }
    guard unsafe vorbis_synthesis_init(&state.pointee.synthesis, &state.pointee.info) == 0 else {
      unsafe vorbis_dsp_clear(&state.pointee.synthesis)
      throw MediaError(operation: "decode", subject: "Vorbis", reason: "the set-up is not usable")
    }
    unsafe vorbis_block_init(&state.pointee.synthesis, &state.pointee.block)
    isReady = true
  }
}
