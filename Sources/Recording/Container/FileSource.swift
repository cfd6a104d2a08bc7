// SPDX-License-Identifier: Apache-2.0
import CFFmpeg
import Glibc

/// A recording's bytes by position, and the watch that ends a read that leads nowhere.
///
/// Reads with `pread`, so that a descriptor shared with another process keeps its own offset.
/// Owns the descriptor.
@safe final class FileSource {
  let name: String
  /// Bytes of the file when it was opened, or when its size was last asked for.
  private(set) var size: Int64
  /// Bytes read so far, those read twice counted twice.
  private(set) var bytesRead: Int64 = 0
  /// The system's last failure to read, an `errno`.
  private(set) var failure: Int32?

  private let descriptor: Int32
  private var position: Int64 = 0
  /// What the next read may bring: little at a new place, where little may be wanted.
  private var allowance = FileSource.allowances.lowerBound
  private static let allowances: ClosedRange<Int32> = 8 << 10...32 << 10
  private var deadline: ContinuousClock.Instant
  private let patience: Duration
  private let tellProgress = ReadingProgress.listener
  /// Reads since the last packet.
  private var readsInVain = 0
  /// The deadline passed: every further read fails.
  private(set) var isStalled = false
  /// It is being written: only `size` bytes are shown, until `look()` finds more.
  private(set) var isGrowing: Bool
  /// Something wanted to read on behind the end, since the flag was lowered last.
  var hasMetEnd = false
  /// Where it was opened; `nil` where a descriptor was given.
  private let path: String?

  /// Opens a file for reading.
  ///
  /// - Parameters:
  ///   - path: Of a plain file.
  ///   - patience: How long reading may go on without success.
  ///   - isGrowing: It is being written, and may be empty yet.
  /// - Throws: ``RecordingError``: missing, not permitted, not a file, empty.
  convenience init(
    path: String, patience: Duration, isGrowing: Bool = false
  ) throws(RecordingError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      let reason: RecordingError.Reason =
        switch code {
        case ENOENT, ENOTDIR: .missing
        case EACCES, EPERM: .notPermitted
        default: .system(operation: "open", code: code)
        }
      throw RecordingError(name: path, reason: reason)
    }
    try self.init(
      descriptor: descriptor, name: path, patience: patience, isGrowing: isGrowing, path: path)
  }

  /// Takes over an open descriptor; it is closed in every case.
  ///
  /// - Parameters:
  ///   - descriptor: Open for reading.
  ///   - name: What to call it.
  ///   - patience: How long reading may go on without success.
  ///   - isGrowing: It is being written, and may be empty yet.
  ///   - path: Where it was opened, to see whether another file takes its place.
  /// - Throws: ``RecordingError``: not a file, empty.
  init(
    descriptor: Int32, name: String, patience: Duration, isGrowing: Bool = false,
    path: String? = nil
  ) throws(RecordingError) {
    var status = stat()
    let reason: RecordingError.Reason? =
      if unsafe fstat(descriptor, &status) != 0 {
        .system(operation: "look at", code: errno)
      } else if status.st_mode & S_IFMT != S_IFREG {
        .notAFile
      } else if status.st_size == 0, !isGrowing {
        .empty
      } else {
        nil
      }
    if let reason {
      close(descriptor)
      throw RecordingError(name: name, reason: reason)
    }
    self.descriptor = descriptor
    self.name = name
    self.size = Int64(status.st_size)
    self.patience = patience
    self.deadline = .now + patience
    self.isGrowing = isGrowing
    self.path = path
  }

  deinit { close(descriptor) }

  /// A packet was read.
  func sawPacket() {
    readsInVain = 0
    tellProgress?()
  }

  /// Something was achieved: the patience starts anew.
  func renewDeadline() { deadline = .now + patience }

  /// The error that explains a failed library call, where the file itself does.
  var explanation: RecordingError.Reason? {
    if isStalled { return .stalled(seconds: Int(patience.components.seconds)) }
    if let failure { return .system(operation: "read", code: failure) }
    return nil
  }

  /// Whether the time is up.
  func checkDeadline() -> Bool {
    if !isStalled, ContinuousClock.now > deadline { isStalled = true }
    return isStalled
  }

  /// The first bytes, for a closer look at what wasn't recognised.
  func beginning(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe pread(descriptor, &bytes, count, 0)
    return Array(bytes.prefix(max(0, got)))
  }

  /// Fills the buffer from the present position: the count, or a libav error code.
  func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int32) -> Int32 {
    guard !checkDeadline() else { return Int32(CAV_ERROR_EXIT) }
    let there = isGrowing ? Int32(max(0, min(Int64(count), size - position))) : count
    let count = min(there, allowance)
    allowance = min(2 * allowance, Self.allowances.upperBound)
    // A disk that takes its time isn't a reader that gets nowhere.
    let began = ContinuousClock.now
    defer { deadline += .now - began }
    while true {
      let got = unsafe count == 0 ? 0 : pread(descriptor, buffer, Int(count), off_t(position))
      if got > 0 {
        position += Int64(got)
        bytesRead += Int64(got)
        readsInVain += 1
        if readsInVain <= ReadingProgress.readLimit { tellProgress?() }
        return Int32(got)
      }
      if got == 0 {
        hasMetEnd = true
        return Int32(CAV_ERROR_END)
      }
      if errno != EINTR {
        failure = errno
        return Int32(CAV_ERROR_IO)
      }
    }
  }

  /// Goes to the beginning, for another one to read from there.
  func rewind() {
    position = 0
    hasMetEnd = false
  }

  /// Moves the position as libav asks: the new position, the size, or a libav error code.
  func seek(to offset: Int64, whence: Int32) -> Int64 {
    if whence & Int32(AVSEEK_SIZE) != 0 {
      if isGrowing { return size }
      var status = stat()
      guard unsafe fstat(descriptor, &status) == 0 else { return Int64(CAV_ERROR_IO) }
      size = Int64(status.st_size)
      return size
    }
    let base: Int64? =
      switch whence & ~Int32(AVSEEK_FORCE) {
      case SEEK_SET: 0
      case SEEK_CUR: position
      case SEEK_END: size
      default: nil
      }
    guard let base, base + offset >= 0 else { return Int64(CAV_ERROR_INVALID) }
    if position != base + offset { allowance = Self.allowances.lowerBound }
    position = base + offset
    return position
  }

  // MARK: Growing

  /// What became of a file that is being written.
  enum Change: Equatable {
    case none
    /// There are more bytes, which can be read now.
    case grew
    /// There are fewer bytes than there were.
    case shrank
    /// It was deleted, or another file has its name now.
    case replaced
  }

  /// Looks whether there is more to read.
  func look() -> Change {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return .none }
    let found = Int64(status.st_size)
    if found < size { return .shrank }
    if found > size {
      size = found
      return .grew
    }
    return isElsewhere(status) ? .replaced : .none
  }

  private func isElsewhere(_ own: stat) -> Bool {
    guard own.st_nlink > 0 else { return true }
    guard let path else { return false }
    var named = stat()
    guard unsafe stat(path, &named) == 0 else { return errno == ENOENT }
    return named.st_ino != own.st_ino || named.st_dev != own.st_dev
  }

  /// Nothing will be added any more: the end is the end.
  func stopGrowing() {
    _ = look()
    isGrowing = false
    hasMetEnd = false
  }
}
