// SPDX-License-Identifier: Apache-2.0
internal import Decoders
internal import Glibc
internal import Media
internal import Outputs

/// The pictures of one stretch of slots as they were decoded, kept until the outputs are whole.
///
/// A file in the framing of the preview stream: a description, pictures, and an end once the stretch
/// is over. Whatever kills the run, all whole frames in it are good: the next run goes on behind
/// them. What came last waits in memory until it is worth a write, for a second at most: of a short
/// recording there never is a file.
final class Journal {
  /// What a journal of an earlier run holds.
  struct Kept {
    let first: Int
    let description: PreviewDescription
    /// The slot behind the last picture.
    let next: Int
    /// How the stretch ended, if it did.
    let end: PreviewEnd?
    /// Bytes of whole frames: what follows was cut.
    let byteCount: Int
  }

  let path: String
  private var descriptor: Int32 = -1
  private var unwritten: [UInt8] = []
  private var lastWrite = ContinuousClock.now
  private static let chunk = 1 << 20
  /// Bytes that are worth a write, and how long fewer wait.
  private static let worthWriting = 64 << 10
  private static let patience = Duration.seconds(1)

  /// Opens a journal; a new one is made with its first write.
  ///
  /// - Parameters:
  ///   - path: Its file.
  ///   - kept: What of it is good; the rest is cut off. `nil` to begin anew.
  /// - Throws: `MediaError`: no room, another run has it.
  init(_ path: String, kept: Kept?) throws(MediaError) {
    self.path = path
    if let kept { try open(whole: kept.byteCount) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  private func open(whole: Int) throws(MediaError) {
    descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Paths.systemError("write", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw MediaError(
        operation: "write", subject: path,
        reason: "another run is making the same outputs: let it end, or stop it")
    }
    guard ftruncate(descriptor, off_t(whole)) == 0, lseek(descriptor, off_t(whole), SEEK_SET) >= 0
    else { throw Paths.systemError("write", path) }
  }

  /// Says what is going to follow; the first frame.
  func begin(_ description: PreviewDescription) throws(MediaError) {
    try write(PreviewFrame(kind: .description, payload: description.payload))
  }

  /// Keeps a picture.
  func append(_ picture: DecodedPicture) throws(MediaError) { try write(picture.frame) }

  /// The stretch is over.
  func end(_ end: PreviewEnd) throws(MediaError) {
    try write(PreviewFrame(kind: .end, payload: end.payload))
  }

  /// Says that what follows depends on how its decoding began: nobody can go on in the middle.
  func forbidGoingOn() throws(MediaError) { try write(WorkerMessage.undividable(job: 0).frame) }

  /// Forgets it: the outputs are whole.
  func remove() {
    unwritten = []
    if descriptor >= 0 { unsafe unlink(path) }
  }

  private func write(_ frame: PreviewFrame) throws(MediaError) {
    var framer = Framer(nextSequence: frame.sequence)
    let bytes: [UInt8]
    do {
      bytes = try framer.bytes(of: frame)
    } catch {
      throw MediaError(operation: "write", subject: path, reason: "\(error)")
    }
    unwritten += bytes
    let isDue =
      unwritten.count >= Self.worthWriting || ContinuousClock.now - lastWrite > Self.patience
    if isDue { try flush() }
  }

  /// Writes what waits.
  func flush() throws(MediaError) {
    guard !unwritten.isEmpty else { return }
    if descriptor < 0 { try open(whole: 0) }
    let bytes = unwritten
    unwritten = []
    lastWrite = .now
    try Writing.all(bytes, to: descriptor, subject: path)
  }

  // MARK: Reading

  /// Hands out the pictures kept so far, in order.
  func forEach(_ body: (DecodedPicture) throws(MediaError) -> Void) throws(MediaError) {
    try flush()
    guard descriptor >= 0 else { return }
    try Self.read(path) { frame, _ throws(MediaError) in
      if let picture = DecodedPicture(frame) { try body(picture) }
    }
  }

  /// Looks for what an earlier run kept.
  ///
  /// - Parameters:
  ///   - path: The journal's file.
  ///   - first: The first slot of its stretch.
  /// - Returns: `nil` where that is nothing of use.
  static func recover(_ path: String, first: Int) -> Kept? {
    var description: PreviewDescription?
    var next = first
    var end: PreviewEnd?
    var byteCount = 0
    var mayGoOn = true
    do throws(MediaError) {
      try read(path) { frame, position throws(MediaError) in
        switch frame.kind {
        case .description: description = try? PreviewDescription(payload: frame.payload)
        case .picture:
          guard let picture = DecodedPicture(frame), picture.slot >= next else { return }
          next = picture.slot + 1
        case .end: end = try? PreviewEnd(payload: frame.payload)
        case .control: mayGoOn = false
        default: return
        }
        byteCount = position
      }
    } catch {
      return nil
    }
    guard mayGoOn else { return nil }
    return description.map {
      Kept(first: first, description: $0, next: next, end: end, byteCount: byteCount)
    }
  }

  /// Reads whole frames from the front, up to the first byte that is part of none.
  private static func read(
    _ path: String, _ body: (PreviewFrame, _ end: Int) throws(MediaError) -> Void
  ) throws(MediaError) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Paths.systemError("read", path) }
    defer { close(descriptor) }
    var deframer = Deframer()
    var position: off_t = 0
    while true {
      var bytes = [UInt8](repeating: 0, count: chunk)
      let count = unsafe pread(descriptor, &bytes, chunk, position)
      guard count >= 0 else { throw Paths.systemError("read", path) }
      if count == 0 { return }
      position += off_t(count)
      deframer.push(bytes[..<count])
      while let frame = try? deframer.next() {
        guard deframer.skippedBytes == 0, deframer.droppedFrames == 0 else { return }
        try body(frame, deframer.position)
      }
    }
  }
}
