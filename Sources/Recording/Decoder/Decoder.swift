// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// Turns packets of one stream into pictures: single key pictures, or a run of packets.
///
/// One thread: more don't speed single key pictures up. Faulty packets are passed over; what can be
/// decoded of the rest comes out.
@safe final class Decoder {
  private let name: String
  private let container: Container
  private let use: Use
  private var context: UnsafeMutablePointer<AVCodecContext>
  /// Flushing leaves nothing of what was decoded before.
  private let isForgetful: Bool
  /// H.264 may code a frame as two packets, a field each, of which one alone gives nothing.
  private let fields: FieldParser?
  /// Pictures that came out so far.
  private(set) var decodedCount = 0
  /// What a decoder is opened for.
  enum Use {
    /// Single key pictures, at half the size so often, and not smoothed along block edges.
    case keyPictures(reduction: Int)
    /// Runs of packets, each picture as it is meant; or also what was begun without a key picture.
    case runs(showsAll: Bool)
  }

  /// A packet after each key picture should be at hand.
  var mayComeInFields: Bool { fields != nil }

  /// Opens the decoder of the container's moving picture.
  ///
  /// - Parameters:
  ///   - container: Whose moving picture is decoded.
  ///   - use: What it is opened for; sides are halved only where the codec can.
  /// - Throws: ``RecordingError``: unknown codec, out of memory.
  init(container: Container, use: Use) throws(RecordingError) {
    self.container = container
    self.use = use
    name = container.facts.name
    unsafe context = try Self.open(container, for: use)
    fields = unsafe container.stream.pointee.codecpar.flatMap { unsafe FieldParser(parameters: $0) }
    // Dirac's pictures keep references through a flush: the next ones came out different.
    isForgetful = container.facts.video.codec != "dirac"
  }

  private static func open(
    _ container: Container, for use: Use
  ) throws(RecordingError) -> UnsafeMutablePointer<AVCodecContext> {
    let name = container.facts.name
    let unknown = RecordingError(name: name, reason: .unknownCodec(container.facts.video.codec))
    guard let parameters = unsafe container.stream.pointee.codecpar,
      let codec = unsafe avcodec_find_decoder(parameters.pointee.codec_id)
    else { throw unknown }
    var context = unsafe avcodec_alloc_context3(codec)
    guard let made = unsafe context else {
      throw RecordingError(name: name, reason: .outOfMemory)
    }
    unsafe avcodec_parameters_to_context(made, parameters)
    unsafe made.pointee.thread_count = 1
    unsafe made.pointee.pkt_timebase = container.stream.pointee.time_base
    switch use {
    case .keyPictures(let reduction):
      unsafe made.pointee.lowres = Int32(min(reduction, Int(codec.pointee.max_lowres)))
      unsafe made.pointee.skip_loop_filter = AVDISCARD_ALL
    case .runs(let showsAll):
      guard showsAll else { break }
      unsafe made.pointee.flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT
      unsafe made.pointee.flags2 |= AV_CODEC_FLAG2_SHOW_ALL
    }
    guard unsafe avcodec_open2(made, codec, nil) >= 0 else {
      unsafe avcodec_free_context(&context)
      throw unknown
    }
    return unsafe made
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
  }

  /// How often the sides may be halved and still fill the output.
  ///
  /// Half the size gains nothing on MPEG-1/2 at preview widths; MPEG-4 gains at once.
  static func reduction(video: RecordingFacts.Video, outputWidth: Int) -> Int {
    let upright = video.quarterTurns % 2 == 0
    let width = upright ? video.codedWidth : video.codedHeight
    var reduction = 0
    while width >> (reduction + 1) >= outputWidth { reduction += 1 }
    return reduction >= 2 || video.codec == "mpeg4" ? reduction : 0
  }

  // MARK: Single key pictures

  /// Decodes one key picture alone; what was fed before is forgotten.
  ///
  /// - Parameters:
  ///   - packet: The key picture, or its first field.
  ///   - follower: Gives the packet after it, asked for only where that is the other field.
  /// - Returns: `nil` where the packet gives no picture.
  /// - Throws: ``RecordingError``: what `follower` throws, out of memory.
  func keyPicture(
    _ packet: Packet, follower: () throws(RecordingError) -> Packet?
  ) throws(RecordingError) -> Frame? {
    let isField = fields?.isField(packet) ?? false
    guard isField, let other = try follower() else { return try alone([packet]) }
    return try alone([packet, other])
  }

  private func alone(_ packets: [Packet]) throws(RecordingError) -> Frame? {
    try restart()
    for packet in packets { feed(packet, referencesOnly: false) }
    finish()
    // After draining the decoder tells no time any more: the packet knows it.
    let frame = try receive()
    frame?.time = packets.first?.facts.time ?? 0
    return frame
  }

  // MARK: Runs of packets

  /// Forgets what was fed: the next packet is a key picture.
  ///
  /// - Throws: ``RecordingError``: out of memory.
  func restart() throws(RecordingError) {
    guard !isForgetful else { return unsafe avcodec_flush_buffers(context) }
    let fresh = unsafe try Self.open(container, for: use)
    var old: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&old)
    unsafe context = fresh
  }

  /// Feeds the next packet of a run.
  ///
  /// - Parameters:
  ///   - packet: What follows the packet fed last.
  ///   - referencesOnly: Passes over a picture that no other needs, unseen.
  func feed(_ packet: Packet, referencesOnly: Bool) {
    unsafe context.pointee.skip_frame = referencesOnly ? AVDISCARD_NONREF : AVDISCARD_DEFAULT
    // A faulty packet is an error here and no reason to stop: the next may be whole.
    _ = unsafe avcodec_send_packet(context, packet.pointer)
  }

  /// No packet follows: the pictures still held back come out.
  func finish() { _ = unsafe avcodec_send_packet(context, nil) }

  /// The next picture in order of showing.
  ///
  /// - Returns: `nil` where another packet is needed, or after `finish()` at the end.
  /// - Throws: ``RecordingError``: out of memory.
  func receive() throws(RecordingError) -> Frame? {
    guard let frame = Frame() else { throw RecordingError(name: name, reason: .outOfMemory) }
    var faults = 0
    while true {
      let status = unsafe avcodec_receive_frame(context, frame.pointer)
      if status >= 0 {
        decodedCount += 1
        return frame
      }
      if status == Int32(CAV_ERROR_AGAIN) || status == Int32(CAV_ERROR_END) { return nil }
      faults += 1
      if faults > 16 { return nil }
    }
  }
}
