// SPDX-License-Identifier: Apache-2.0
import Glibc
public import Media

/// What published files survive.
public enum Durability: Sendable {
  /// The end of the process at any moment. Previews can be made again, so this is what they get.
  case process
  /// A power cut too: data and names are on the disk before `publish` returns.
  case powerCut
}

/// A file that appears under its name once it is whole, and leaves nothing behind when it isn't.
public final class OutputFile {
  /// Descriptor of the draft, open for reading and writing.
  public let number: Int32
  /// Where the file is going to be.
  public let path: String
  /// True once the file has its name.
  public private(set) var isPublished = false
  private let draft: String
  private let durability: Durability

  /// Opens a draft beside the file.
  ///
  /// - Parameters:
  ///   - path: Where the file is going to be; its folder must be there.
  ///   - durability: What the published file survives.
  /// - Throws: ``MediaError`` when the folder can't be written to.
  public init(_ path: String, durability: Durability = .process) throws(MediaError) {
    self.path = path
    self.durability = durability
    draft = Drafts.path(for: path)
    number = unsafe open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    if number < 0 { throw Paths.systemError("write", path) }
    Drafts.hold(number)
  }

  deinit {
    // Removed before its lock is gone.
    if !isPublished, number >= 0 { unsafe unlink(draft) }
    if number >= 0 { close(number) }
  }

  /// Writes all the bytes.
  ///
  /// - Throws: ``MediaError`` with what to do about it, as when the disk is full.
  public func write(_ bytes: [UInt8]) throws(MediaError) {
    try Writing.all(bytes, to: number, subject: path)
  }

  /// Writes all the bytes at an offset; the position of ``write(_:)`` stays.
  func write(_ bytes: [UInt8], at offset: Int) throws(MediaError) {
    try Writing.all(bytes, to: number, at: offset, subject: path)
  }

  /// Gives the file its name, in place of one that was there.
  ///
  /// - Throws: ``MediaError`` where the name is a folder's, or is too long.
  public func publish() throws(MediaError) {
    if durability == .powerCut, fsync(number) != 0 { throw Paths.systemError("write", path) }
    if unsafe rename(draft, path) != 0 { throw Paths.systemError("write", path) }
    isPublished = true
    if durability == .powerCut { try Paths.sync(folder: Paths.split(path).folder) }
  }

  /// Makes a folder and those above it, where they are missing.
  ///
  /// - Throws: ``MediaError`` where it can't be made, or a file has its name.
  public static func makeFolder(_ path: String) throws(MediaError) {
    try Paths.makeFolder(path)
  }
}

/// Writing to descriptors.
package enum Writing {
  /// Writes all the bytes, at the descriptor's position or at an offset.
  package static func all(
    _ bytes: [UInt8], to descriptor: Int32, at offset: Int? = nil, subject: String
  ) throws(MediaError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { raw in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: raw[done...])
        return if let offset {
          unsafe pwrite(descriptor, rest.baseAddress, rest.count, offset + done)
        } else {
          unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        }
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Paths.systemError("write", subject)
      }
      done += count
    }
  }
}
