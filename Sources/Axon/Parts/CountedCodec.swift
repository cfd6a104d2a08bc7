// SPDX-License-Identifier: Apache-2.0

/// Keeps messages apart in a stream, which knows no boundaries: before each stands the count of its
/// bytes, in decimal, and a newline.
///
/// ```swift
/// var codec = CountedCodec(MIMEDictionaryCodec())
/// let message = try codec.demarshall(received)
/// ```
public struct CountedCodec<Inner: Codec>: Codec {
  /// Longest message accepted, in bytes.
  public let limit: Int
  private var inner: Inner
  private var waiting: Bytes = []

  /// Counts the bytes that another codec makes.
  ///
  /// - Parameters:
  ///   - inner: writes and reads the messages.
  ///   - limit: longest message, in bytes; a longer one is an error.
  public init(_ inner: Inner, limit: Int = 1 << 20) {
    self.inner = inner
    self.limit = limit
  }

  /// The message behind the count of its bytes.
  ///
  /// - Throws: ``CountError`` for one over the limit, and what the inner codec throws.
  public mutating func marshall(_ message: Inner.Message) throws -> Bytes {
    let bytes = try inner.marshall(message)
    guard bytes.count <= limit else { throw CountError.tooLong(bytes.count, limit: limit) }
    return Bytes("\(bytes.count)\n".utf8) + bytes
  }

  /// The messages that are whole by now.
  ///
  /// - Throws: ``CountError`` where there is no count, and what the inner codec throws.
  public mutating func demarshall(_ bytes: Bytes) throws -> [Inner.Message] {
    waiting += bytes
    var messages: [Inner.Message] = []
    var start = 0
    while let body = try nextBody(from: start) {
      messages += try inner.demarshall(Bytes(waiting[body]))
      start = body.upperBound
    }
    waiting.removeFirst(start)
    return messages
  }

  /// Where the next whole message lies; `nil` while some of it is missing.
  private func nextBody(from start: Int) throws(CountError) -> Range<Int>? {
    var count = 0
    for place in start..<waiting.count {
      let byte = waiting[place]
      if byte == 0x0A, place > start {
        return waiting.count - place > count ? place + 1..<place + 1 + count : nil
      }
      guard 0x30...0x39 ~= byte else { throw .noCount(at: place - start) }
      count = count * 10 + Int(byte - 0x30)
      guard count <= limit, place - start < 19 else { throw .tooLong(count, limit: limit) }
    }
    return nil
  }
}

/// A stream of counted messages has something else in it.
public enum CountError: Error, Equatable, CustomStringConvertible {
  /// A byte that is no digit, this far behind the message before.
  case noCount(at: Int)
  /// A message of so many bytes or more.
  case tooLong(Int, limit: Int)

  /// What is wrong, and what was expected.
  public var description: String {
    switch self {
    case .noCount(let place):
      "no count of bytes: a digit or a newline was expected, \(place) bytes behind a message"
    case .tooLong(let count, let limit):
      "a message of \(count) bytes or more: the limit is \(limit)"
    }
  }
}
