// SPDX-License-Identifier: Apache-2.0
import CAO
import Glibc

/// Plays samples through libao; its calls block as long as the device does.
///
/// The driver is always chosen by name: "alsa", "pulse"; "null" plays into nothing; "wav", "raw"
/// and "au" write a file. Owned by one thread at a time.
@safe public final class Playback {
  /// Name of libao's driver.
  public let driver: String
  /// The file that is being written, by drivers that write one.
  public private(set) var file: String?
  private let firstFile: String?
  private let identifier: Int32
  private var device: OpaquePointer?
  private var format: (rate: Int, channels: Int)?
  private var openings = 0

  /// Finds a driver; the device is opened by the first block.
  ///
  /// - Parameters:
  ///   - driver: Its short name.
  ///   - file: Where drivers that write files write; an older file is replaced. Where the format
  ///     changes, a new file begins: `a.wav`, `a-2.wav`.
  /// - Throws: ``MediaError`` where there is no such driver, or it needs a file and has none.
  public init(driver: String, file: String? = nil) throws(MediaError) {
    identifier = AudioOutput.withLock { unsafe ao_driver_id(driver) }
    guard identifier >= 0, let facts = unsafe ao_driver_info(identifier) else {
      throw MediaError(
        operation: "play through", subject: driver,
        reason: "libao has no such driver; null, wav and raw are always there")
    }
    let writesFile = unsafe facts.pointee.type == AO_TYPE_FILE
    guard writesFile == (file != nil) else {
      throw MediaError(
        operation: "play through", subject: driver,
        reason: writesFile ? "this driver needs a file to write" : "this driver writes no file")
    }
    self.driver = driver
    firstFile = file
  }

  deinit { closeDevice() }

  /// Plays a block, opening the device anew where rate or channels have changed.
  ///
  /// - Throws: ``MediaError`` where the device can't be opened or refuses the samples.
  public func play(_ block: SoundBlock) throws(MediaError) {
    try open(rate: block.rate, channels: block.channels)
    guard !block.samples.isEmpty else { return }
    var samples = block.samples
    let isPlayed = unsafe samples.withUnsafeMutableBytes { bytes in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return unsafe ao_play(device, start, UInt32(bytes.count)) != 0
    }
    guard isPlayed else {
      closeDevice()
      throw failure("the device refused the samples")
    }
  }

  /// Opens the device for this format, if it isn't open for it already.
  ///
  /// - Parameters:
  ///   - rate: Samples a second.
  ///   - channels: 1 or more, in Vorbis order.
  /// - Throws: ``MediaError`` where the device can't be opened.
  public func open(rate: Int, channels: Int) throws(MediaError) {
    if let format, format == (rate, channels) { return }
    try close()
    openings += 1
    let path = firstFile.map { numbered($0, openings) }
    let code = AudioOutput.withLock { () -> Int32 in
      var matrix = Self.matrix(channels: channels).map { Array($0.utf8CString) } ?? []
      return unsafe matrix.withUnsafeMutableBufferPointer { matrix in
        var format = unsafe ao_sample_format(
          bits: 16, rate: Int32(clamping: rate), channels: Int32(clamping: channels),
          byte_format: AO_FMT_NATIVE, matrix: matrix.isEmpty ? nil : matrix.baseAddress)
        errno = 0
        if let path {
          unsafe device = ao_open_file(identifier, path, 1, &format, nil)
        } else {
          unsafe device = ao_open_live(identifier, &format, nil)
        }
        return errno
      }
    }
    guard unsafe device != nil else { throw failure(Self.reason(code, path)) }
    format = (rate, channels)
    file = path
  }

  /// Plays what is left and closes the device; a file is whole then.
  ///
  /// - Throws: ``MediaError`` where the device reports a failure.
  public func close() throws(MediaError) {
    guard closeDevice() else { throw failure("the device failed when it was closed") }
  }

  @discardableResult
  private func closeDevice() -> Bool {
    guard let open = unsafe device else { return true }
    unsafe device = nil
    format = nil
    return AudioOutput.withLock { unsafe ao_close(open) } != 0
  }

  private func failure(_ reason: String) -> MediaError {
    MediaError(
      operation: "play through", subject: firstFile.map { "\(driver) into \($0)" } ?? driver,
      reason: reason)
  }

  /// `a.wav`, `a-2.wav`, `a-3.wav` ...
  private func numbered(_ path: String, _ number: Int) -> String {
    guard number > 1 else { return path }
    let nameStart = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let dot = path[nameStart...].dropFirst().lastIndex(of: ".") ?? path.endIndex
    return "\(path[..<dot])-\(number)\(path[dot...])"
  }

  /// Where Vorbis's channels sound, in libao's words (Vorbis I, 4.3.9).
  private static func matrix(channels: Int) -> String? {
    let places = [
      3: "L,C,R", 4: "L,R,BL,BR", 5: "L,C,R,BL,BR", 6: "L,C,R,BL,BR,LFE",
      7: "L,C,R,SL,SR,BC,LFE", 8: "L,C,R,SL,SR,BL,BR,LFE",
    ]
    return places[channels]
  }

  private static func reason(_ code: Int32, _ path: String?) -> String {
    switch code {
    case AO_EOPENDEVICE: "the device can't be opened: it is in use, or there is none"
    case AO_EOPENFILE: "\(path ?? "the file") can't be written"
    case AO_EBADFORMAT: "the device can't play this rate or number of channels"
    default: "the device can't be opened (libao \(code))"
    }
  }
}
