// SPDX-License-Identifier: Apache-2.0
import CFFmpeg
import Media

/// A recording, open for reading: its facts, its packets, its places.
///
/// Owned by one component or thread at a time. Of all streams only the best moving picture is read.
@safe public final class Container {
  /// What is known without decoding.
  public let facts: RecordingFacts

  private(set) var handle: FormatHandle
  private(set) var stream: UnsafeMutablePointer<AVStream>
  /// One picture's time; 1/25 s where nobody says.
  let frameDuration: Microseconds
  /// What the packets' times are turned into ours by.
  private(set) var timeline: Timeline

  /// What a recording that grows needs to be read on; `nil` for one that is finished.
  var growth: Growth?
  /// Opening it read as far as there was anything.
  let metEndWhileOpening: Bool

  let scratch: UnsafeMutablePointer<AVPacket>
  private let startTicks: Int64
  /// MPEG-1/2: a picture is shown at once, or when the next one is decoded that isn't.
  private let reordersSimply: Bool
  /// Pictures may be shown in another order than they are decoded in.
  let mayReorder: Bool
  /// The container tells only when pictures are decoded, though they are reordered: MPEG-4 in AVI,
  /// whose decoder gives each picture one chunk late.
  let tellsNoShowing: Bool
  /// Display after decoding, learned from the last key packet that told both times.
  private var keyDelay: Microseconds?
  private var lastDecodeTime: Microseconds?
  /// The packet read next doesn't follow the one before, nor is it the recording's first.
  private var isAfterSeek = false
  /// Seeks and packets so far; what was decoded is counted by whoever decodes.
  private(set) var seeks = 0
  private(set) var packetsRead = 0
  /// Faulty reads in a row; a container in ruins doesn't hold the reader for ever.
  private static let faultLimit = 256
  /// From decoding to showing, the most that is believed of a transport or program stream.
  ///
  /// In MPEG-1/2 pictures follow each other evenly, and one waits for the few shown before it: a time
  /// far ahead is damaged. Elsewhere a hole in the pictures may lie between.
  var longestWait: Microseconds {
    reordersSimply ? max(2_000_000, 18 * frameDuration) : Timeline.largestStep
  }

  /// Seconds that reading may go on without any success, by default.
  public static let defaultPatience: Duration = .seconds(15)

  /// Opens the recording at a path.
  ///
  /// - Parameters:
  ///   - path: Of a plain file.
  ///   - patience: How long reading may go on without success before it is given up.
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  public convenience init(
    path: String, patience: Duration = Container.defaultPatience
  ) throws(RecordingError) {
    try self.init(file: FileSource(path: path, patience: patience))
  }

  /// Takes over an open descriptor, which is closed with the container, or at once on failure.
  ///
  /// - Parameters:
  ///   - descriptor: Open for reading; its own offset is neither used nor changed.
  ///   - name: What to call it in errors; its ending helps where the bytes don't tell enough.
  ///   - patience: How long reading may go on without success before it is given up.
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  public convenience init(
    descriptor: Int32, name: String, patience: Duration = Container.defaultPatience
  ) throws(RecordingError) {
    try self.init(file: FileSource(descriptor: descriptor, name: name, patience: patience))
  }

  /// Opens what the file shows.
  ///
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  init(file: FileSource) throws(RecordingError) {
    let opened = try StreamChoice.open(file)
    guard let scratch = unsafe av_packet_alloc() else {
      throw RecordingError(name: file.name, reason: .outOfMemory)
    }
    handle = opened.handle
    unsafe stream = opened.video
    unsafe self.scratch = scratch
    facts = unsafe RecordingFacts(handle: opened.handle, video: opened.video, sound: opened.sound)
    frameDuration = facts.video.frameRate.map { Microseconds(1e6 / $0.value) } ?? 40_000
    reordersSimply = ["mpeg1video", "mpeg2video"].contains(facts.video.codec)
    mayReorder = unsafe opened.video.pointee.codecpar.pointee.video_delay > 0
    tellsNoShowing =
      mayReorder && facts.container == "avi" && facts.video.codec == "mpeg4"
    let start = unsafe opened.video.pointee.start_time
    startTicks = start == CAV_NO_TIME ? 0 : start
    let mayJump = unsafe handle.context.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0
    timeline = Timeline(frameDuration: frameDuration, mayJump: mayJump)
    if file.isGrowing { growth = Growth() }
    // Some containers look for their duration at the end.
    metEndWhileOpening = file.hasMetEnd
    file.hasMetEnd = false
  }

  deinit {
    var scratch: UnsafeMutablePointer<AVPacket>? = unsafe scratch
    unsafe av_packet_free(&scratch)
  }

  /// The number of the chosen stream in its container.
  package var streamIndex: Int { Int(unsafe stream.pointee.index) }

  /// Bytes read from the file so far, those read twice counted twice.
  public var bytesRead: Int64 { handle.file.bytesRead }

  // MARK: Reading

  /// Reads the next packet of the moving picture; it stays inside until `take()` or the next read.
  ///
  /// - Returns: `nil` at the end, or where only ruins follow.
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, not recorded yet; reading
  ///   goes on with the same packet once it is.
  func read() throws(RecordingError) -> PacketFacts? {
    var faults = 0
    if growth != nil { try takeUp() }
    while true {
      unsafe av_packet_unref(scratch)
      let status = unsafe av_read_frame(handle.context, scratch)
      if growth != nil, try goesOn(after: status) { continue }
      if status >= 0 {
        guard unsafe scratch.pointee.stream_index == stream.pointee.index else { continue }
        handle.file.sawPacket()
        unsafe growth?.note(PacketMark(scratch.pointee), seekingByByte: canSeekByByte)
        packetsRead += 1
        // Nothing tells the time of what lies between a place gone to and the first time told there.
        if isAfterSeek, lastDecodeTime == nil, !hasTime { continue }
        return describe()
      }
      if let explanation = handle.file.explanation {
        throw RecordingError(name: facts.name, reason: explanation)
      }
      faults += 1
      if status == Int32(CAV_ERROR_END) || faults > Self.faultLimit { return nil }
    }
  }

  /// Keeps the packet just read.
  ///
  /// - Throws: ``RecordingError``: out of memory.
  func take(_ facts: PacketFacts) throws(RecordingError) -> Packet {
    // The decoder passes times through: it gets ours, continued over jumps, in the stream's ticks.
    let isTold = unsafe scratch.pointee.pts != CAV_NO_TIME
    if tellsNoShowing {
      unsafe scratch.pointee.dts = ticks(of: facts.decodeTime)
      unsafe scratch.pointee.pts = ticks(of: facts.time)
    }
    if timeline.offset != 0 || facts.isTimeGuessed && isTold {
      unsafe scratch.pointee.dts = ticks(of: facts.decodeTime)
      if isTold { unsafe scratch.pointee.pts = ticks(of: facts.time) }
    }
    if facts.isKey, !isTold { unsafe scratch.pointee.pts = ticks(of: facts.time) }
    guard let packet = unsafe Packet(takingFrom: scratch, facts: facts) else {
      throw RecordingError(name: self.facts.name, reason: .outOfMemory)
    }
    return packet
  }

  private var hasTime: Bool {
    unsafe scratch.pointee.dts != CAV_NO_TIME || scratch.pointee.pts != CAV_NO_TIME
  }

  private func describe() -> PacketFacts {
    let packet = unsafe scratch.pointee
    let isKey = unsafe packet.flags & AV_PKT_FLAG_KEY != 0
    let decodeTicks = unsafe packet.dts != CAV_NO_TIME ? packet.dts : packet.pts
    let rawDecode =
      decodeTicks != CAV_NO_TIME
      ? self.decodeTime(ofTicks: decodeTicks)
      : lastDecodeTime.map { $0 - timeline.offset + frameDuration } ?? 0
    let place = timeline.place(rawDecode)
    let decodeTime = place.decodeTime

    if tellsNoShowing { return describeChunk(decodeTime: decodeTime) }
    var shown = decodeTime
    let isTold = unsafe packet.pts != CAV_NO_TIME
    let told = unsafe isTold ? time(ofTicks: packet.pts) + timeline.offset : nil
    if let told, !timeline.mayJump || (-Timeline.largestStep...longestWait ~= told - decodeTime) {
      shown = told
      if isKey, unsafe packet.dts != CAV_NO_TIME, !place.isOutlier { keyDelay = told - decodeTime }
    } else if isKey {
      // Some containers leave the time of a picture out: as late as the last key picture.
      shown += keyDelay ?? 0
    }
    if lastDecodeTime.map({ decodeTime > $0 }) ?? true { handle.file.renewDeadline() }
    lastDecodeTime = decodeTime
    return unsafe PacketFacts(
      time: shown, isTimeGuessed: told == nil || shown != told,
      isTimeOpen: told == nil && reordersSimply, decodeTime: decodeTime, isKey: isKey,
      isCorrupt: packet.flags & AV_PKT_FLAG_CORRUPT != 0, followsJump: place.followsJump,
      beginsAnew: place.beginsAnew, position: packet.pos >= 0 ? packet.pos : nil,
      size: Int(packet.size))
  }

  /// A chunk of AVI whose picture may be shown later than it is decoded.
  ///
  /// Chunks are counted from the first picture shown. libav tells a time for those that others are
  /// shown after (B); a chunk with next to nothing in it makes room for a picture packed with another.
  private func describeChunk(decodeTime: Microseconds) -> PacketFacts {
    let packet = unsafe scratch.pointee
    let isEmpty = unsafe packet.size <= KeyIndex.emptyBytes
    let isReference = unsafe packet.pts == CAV_NO_TIME && !isEmpty
    let isKey = unsafe packet.flags & AV_PKT_FLAG_KEY != 0 && !isEmpty
    if lastDecodeTime.map({ decodeTime > $0 }) ?? true { handle.file.renewDeadline() }
    lastDecodeTime = decodeTime
    return unsafe PacketFacts(
      time: isReference ? decodeTime + frameDuration : decodeTime,
      isTimeGuessed: isReference || isEmpty, isTimeOpen: isReference, decodeTime: decodeTime,
      isKey: isKey, isCorrupt: packet.flags & AV_PKT_FLAG_CORRUPT != 0, followsJump: false,
      beginsAnew: false, position: packet.pos >= 0 ? packet.pos : nil, size: Int(packet.size))
  }

  // MARK: Places

  /// Goes to a byte; reading goes on with the first whole packet after it.
  func seek(toByte position: Int64) -> Bool {
    forgetPosition()
    isAfterSeek = position > 0
    return go(to: .byte(max(0, position)))
  }

  /// Goes to the last key picture at or before a container's own time, as far as it knows.
  func seek(toTicks ticks: Int64) -> Bool {
    forgetPosition()
    return go(to: .ticks(ticks))
  }

  /// Has libav go to a place, which reading is taken up at should it be interrupted.
  private func go(to place: Growth.Place) -> Bool {
    growth?.moved(to: place)
    return jump(to: place)
  }

  /// Has libav go to a place.
  func jump(to place: Growth.Place) -> Bool {
    // Looking for it may lead to the end and back.
    defer { handle.file.hasMetEnd = false }
    return switch place {
    case .byte(let position):
      unsafe av_seek_frame(handle.context, -1, position, AVSEEK_FLAG_BYTE) >= 0
    case .ticks(let ticks):
      unsafe av_seek_frame(handle.context, stream.pointee.index, ticks, AVSEEK_FLAG_BACKWARD) >= 0
    case .beginning: reopen()
    }
  }

  /// Begins anew with the same file: some containers can't be read on behind what was their end.
  private func reopen() -> Bool {
    handle.file.rewind()
    do {
      let opened = try StreamChoice.open(handle.file)
      guard unsafe opened.video.pointee.index == stream.pointee.index else { return false }
      handle = opened.handle
      unsafe stream = opened.video
      return true
    } catch {
      return false
    }
  }

  /// Goes to the very beginning, before the first key picture even where times begin anywhere.
  func rewind() -> Bool {
    forgetPosition()
    if canSeekByByte { return seek(toByte: 0) }
    return seek(toTicks: ticks(of: 0) - ticks(ofSpan: 1_000_000)) || seek(toTicks: ticks(of: 0))
  }

  private func forgetPosition() {
    timeline.forgetPosition()
    lastDecodeTime = nil
    isAfterSeek = false
    seeks += 1
  }

  /// Goes to the very beginning, and takes the container's times as they are again.
  func beginAnew() {
    timeline = Timeline(frameDuration: frameDuration, mayJump: timeline.mayJump)
    _ = rewind()
  }

  /// What a key map of this recording belongs to.
  var identity: KeyMap.Identity {
    KeyMap.Identity(
      startTicks: startTicks, streamIndex: Int32(streamIndex), bytes: handle.file.size)
  }

  /// Transport and program streams can be entered anywhere.
  var canSeekByByte: Bool { facts.container == "mpegts" || facts.container == "mpeg" }

  // MARK: Times

  /// Our time of a container's own.
  func time(ofTicks ticks: Int64) -> Microseconds {
    unsafe av_rescale_q(ticks - startTicks, stream.pointee.time_base, microseconds)
  }

  /// When the packet that the container tells this time of is decoded, if showing comes after.
  func decodeTime(ofTicks ticks: Int64) -> Microseconds {
    time(ofTicks: ticks) - (tellsNoShowing ? frameDuration : 0)
  }

  /// The container's own time of ours.
  func ticks(of time: Microseconds) -> Int64 { startTicks + ticks(ofSpan: time) }

  private func ticks(ofSpan span: Microseconds) -> Int64 {
    unsafe av_rescale_q(span, microseconds, stream.pointee.time_base)
  }
}

private let microseconds = AVRational(num: 1, den: 1_000_000)
