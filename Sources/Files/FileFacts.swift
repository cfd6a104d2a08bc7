// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// What the system says of a file at one moment.
public struct FileFacts: Equatable, Sendable {
  /// The file system, and the file in it: stays the same whatever the file's name.
  public let device: UInt64
  /// The file's number in its file system.
  public let inode: UInt64
  /// Its size.
  public let byteCount: Int64
  /// When it was written to last, nanoseconds since 1970.
  public let modified: Int64
  /// Names it has; none once it was deleted.
  public let linkCount: Int
  /// A plain file, no folder, pipe or device.
  public let isPlain: Bool
  let isFolder: Bool

  /// Of an open file; `nil` when the system doesn't tell.
  public init?(_ descriptor: Int32) {
    var facts = clinux_file_facts()
    guard unsafe clinux_facts(descriptor, &facts) == 0 else { return nil }
    self.init(facts)
  }

  /// Of what has this name, links not followed; `nil` when there is none.
  init?(path: String) {
    var facts = clinux_file_facts()
    guard unsafe clinux_facts_at(AT_FDCWD, path, &facts) == 0 else { return nil }
    self.init(facts)
  }

  private init(_ facts: clinux_file_facts) {
    self.init(
      device: facts.device, inode: facts.inode, byteCount: facts.byte_count,
      modified: facts.modified, linkCount: Int(facts.link_count), isPlain: facts.is_regular != 0,
      isFolder: facts.is_folder != 0)
  }

  init(
    device: UInt64 = 1, inode: UInt64, byteCount: Int64, modified: Int64, linkCount: Int = 1,
    isPlain: Bool = true, isFolder: Bool = false
  ) {
    self.device = device
    self.inode = inode
    self.byteCount = byteCount
    self.modified = modified
    self.linkCount = linkCount
    self.isPlain = isPlain
    self.isFolder = isFolder
  }

  /// How long it hasn't been written to, by the system's clock, which may be set back and forth.
  public var age: Duration { Self.age(modified: modified) }

  /// How long ago a time of the system's clock is, in nanoseconds since 1970.
  ///
  /// - Parameter modified: when a file was written to last.
  /// - Returns: not less than zero.
  public static func age(modified: Int64) -> Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    let (age, isTooLong) = now.subtractingReportingOverflow(modified)
    return .nanoseconds(isTooLong ? .max : max(0, age))
  }

  func isSameFile(as other: FileFacts) -> Bool {
    device == other.device && inode == other.inode
  }
}

/// Whether a file is being written to.
public enum Writing: Sendable {
  /// Somebody has it open for writing.
  case open
  /// Nobody has.
  case closed
  /// The file system doesn't tell: a network share, or a file of somebody else's.
  case unknown

  /// Asks the kernel about an open file.
  ///
  /// - Parameter descriptor: Opened for reading only.
  public init(_ descriptor: Int32) {
    if clinux_is_silent(descriptor) != 0 {
      self = .unknown
    } else {
      switch clinux_has_writer(descriptor) {
      case 1: self = .open
      case 0: self = .closed
      default: self = .unknown
      }
    }
  }

  /// Whether a recording is taken to be growing: somebody has it open for writing; or, where nobody
  /// tells, it was written to within the quiet time.
  ///
  /// - Parameters:
  ///   - descriptor: Opened for reading only.
  ///   - quietTime: After so long without growth a recording counts as finished.
  /// - Returns: Whether it is worth watching.
  public static func isGrowing(_ descriptor: Int32, quietTime: Duration) -> Bool {
    guard let facts = FileFacts(descriptor), facts.age < quietTime else { return false }
    return Writing(descriptor) != .closed
  }
}
