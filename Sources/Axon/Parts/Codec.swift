// SPDX-License-Identifier: Apache-2.0

/// Turns messages into bytes, and bytes into messages again: what a ``Marshaller`` works by.
///
/// ```swift
/// struct Numbers: Codec {
///   func marshall(_ number: Int) -> Bytes { Bytes("\(number)".utf8) }
///   func demarshall(_ bytes: Bytes) throws -> [Int] { ... }
/// }
/// ```
public protocol Codec<Message> {
  /// What is carried.
  associatedtype Message: Sendable

  /// The message in bytes.
  ///
  /// - Throws: what makes a message impossible to write.
  mutating func marshall(_ message: Message) throws -> Bytes

  /// The messages that these bytes complete, in order.
  ///
  /// A codec for datagrams gets each message whole; one for streams keeps what was cut for the next
  /// call.
  ///
  /// - Throws: what makes the bytes no messages; none are read behind them.
  mutating func demarshall(_ bytes: Bytes) throws -> [Message]
}
