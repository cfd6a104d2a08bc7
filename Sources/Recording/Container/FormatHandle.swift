// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// The one owner of libav's format context and of the reader below it.
///
/// Nothing but the given file is ever opened: a playlist that names other files gets a refusal.
@safe final class FormatHandle {
  let file: FileSource
  let context: UnsafeMutablePointer<AVFormatContext>
  private let reader: UnsafeMutablePointer<AVIOContext>
  private static let readSize: Int32 = 32 << 10

  /// Recognises the container and reads its head.
  ///
  /// - Throws: ``RecordingError``: not a recording, an unfinished MP4, a stalled or failed read.
  init(file: FileSource) throws(RecordingError) {
    av_log_set_level(AV_LOG_QUIET)
    self.file = file
    let opaque = unsafe Unmanaged.passUnretained(file).toOpaque()
    // libav grows and replaces the buffer at will, so it is freed through the reader.
    let buffer = unsafe av_malloc(Int(Self.readSize))
    guard
      let reader = unsafe avio_alloc_context(
        buffer?.assumingMemoryBound(to: UInt8.self), Self.readSize, 0, opaque,
        unsafe fileRead, nil, unsafe fileSeek),
      let context = unsafe avformat_alloc_context()
    else { throw RecordingError(name: file.name, reason: .outOfMemory) }
    unsafe context.pointee.pb = reader
    unsafe context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
    // The end of a recording that grows tells nothing, and whoever meets it read too far.
    unsafe context.pointee.skip_estimate_duration_from_pts = file.isGrowing ? 1 : 0
    unsafe context.pointee.io_open = { _, _, _, _, _ in Int32(CAV_ERROR_EXIT) }
    unsafe context.pointee.interrupt_callback = AVIOInterruptCB(
      callback: fileInterrupt, opaque: opaque)

    var opened: UnsafeMutablePointer<AVFormatContext>? = unsafe context
    let status = unsafe avformat_open_input(&opened, Self.hint(for: file.name), nil, nil)
    guard status >= 0, let opened = unsafe opened else {
      unsafe Self.free(reader)
      throw RecordingError(name: file.name, reason: Self.reason(of: status, file: file))
    }
    unsafe self.reader = reader
    unsafe self.context = opened
  }

  deinit {
    var context: UnsafeMutablePointer<AVFormatContext>? = unsafe context
    unsafe avformat_close_input(&context)
    unsafe Self.free(reader)
  }

  /// The container's short name: "mpegts", "mpeg", "mov", "matroska".
  var formatName: String {
    unsafe String(cString: context.pointee.iformat.pointee.name)
      .split(separator: ",").first.map(String.init) ?? ""
  }

  /// Single pictures, texts and lists of other files are no recordings, though libav reads them.
  var isRecording: Bool {
    let name = formatName
    let others: Set = ["tty", "image2", "hls", "dash", "concat", "sdp", "rtsp", "ffmetadata"]
    return !others.contains(name) && !name.hasSuffix("_pipe")
  }

  /// Some containers are told by their name's ending only; the rest of the name is kept from libav.
  private static func hint(for name: String) -> String {
    let ending = name.split(separator: "/").last?.split(separator: ".").last.map(String.init) ?? ""
    let isPlain = ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return isPlain && ending.utf8.count <= 5 ? "recording.\(ending)" : "recording"
  }

  private static func reason(of status: Int32, file: FileSource) -> RecordingError.Reason {
    if let explanation = file.explanation { return explanation }
    if status == Int32(CAV_ERROR_NO_MEMORY) { return .outOfMemory }
    let isMP4 = file.beginning(8).suffix(4).elementsEqual("ftyp".utf8)
    return isMP4 ? .unfinishedMP4 : .notARecording
  }

  private static func free(_ reader: UnsafeMutablePointer<AVIOContext>) {
    unsafe av_freep(&reader.pointee.buffer)
    var reader: UnsafeMutablePointer<AVIOContext>? = unsafe reader
    unsafe avio_context_free(&reader)
  }
}

private func fileRead(
  _ opaque: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int32
) -> Int32 {
  guard let opaque = unsafe opaque, let buffer = unsafe buffer else { return Int32(CAV_ERROR_IO) }
  let file = unsafe Unmanaged<FileSource>.fromOpaque(opaque).takeUnretainedValue()
  return unsafe file.read(into: buffer, count: count)
}

private func fileSeek(
  _ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32
) -> Int64 {
  guard let opaque = unsafe opaque else { return Int64(CAV_ERROR_IO) }
  let file = unsafe Unmanaged<FileSource>.fromOpaque(opaque).takeUnretainedValue()
  return file.seek(to: offset, whence: whence)
}

private func fileInterrupt(_ opaque: UnsafeMutableRawPointer?) -> Int32 {
  guard let opaque = unsafe opaque else { return 0 }
  let file = unsafe Unmanaged<FileSource>.fromOpaque(opaque).takeUnretainedValue()
  return file.checkDeadline() ? 1 : 0
}
