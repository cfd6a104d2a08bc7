// SPDX-License-Identifier: Apache-2.0
import Media

/// Where a stream of bytes goes.
public enum StreamPlace: Sendable {
  /// A file, that appears once it is whole.
  case file(String, Durability = .process)
  /// An open, blocking descriptor, which stays the caller's to close.
  case descriptor(Int32, name: String)

  /// What errors call it: the path, or the descriptor's name.
  public var name: String {
    switch self {
    case .file(let path, _): path
    case .descriptor(_, let name): name
    }
  }

  /// Bytes are gone as soon as they are written.
  var isPipe: Bool { if case .descriptor = self { true } else { false } }
}

/// Writes to a file's draft or to a pipe.
final class OutputStream {
  private let place: StreamPlace
  private let file: OutputFile?

  init(_ place: StreamPlace) throws(MediaError) {
    self.place = place
    if case .file(let path, let durability) = place {
      file = try OutputFile(path, durability: durability)
    } else {
      file = nil
    }
  }

  func write(_ bytes: [UInt8]) throws(MediaError) {
    if let file { return try file.write(bytes) }
    guard case .descriptor(let number, let name) = place else { return }
    try Writing.all(bytes, to: number, subject: name)
  }

  func publish() throws(MediaError) { try file?.publish() }
}
