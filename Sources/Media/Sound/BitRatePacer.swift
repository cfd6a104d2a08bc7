// SPDX-License-Identifier: Apache-2.0

/// Says when each chunk of a stream of constant bit rate is due: exact at any length of time.
public struct BitRatePacer: Sendable {
  /// What happens when the sender was held up.
  public enum Debt: Sendable {
    /// What was missed is sent at once, until the stream is in time again.
    case paid
    /// What was missed is forgotten: the stream goes on from now at its rate.
    case forgiven
  }

  /// Bits a second.
  public let bitsPerSecond: Int
  /// Bytes of each chunk.
  public let chunkLength: Int
  /// What happens when the sender was held up.
  public let debt: Debt
  private var sent = 0
  private var base: Duration = .zero

  /// Starts a stream whose first chunk is due at 0.
  ///
  /// - Parameters:
  ///   - bitsPerSecond: 1 or more.
  ///   - chunkLength: Bytes, 1 or more.
  ///   - debt: What happens when the sender was held up for longer than a chunk.
  public init(bitsPerSecond: Int, chunkLength: Int, debt: Debt = .paid) {
    precondition(bitsPerSecond > 0 && chunkLength > 0, "rate and chunk must be more than 0")
    self.bitsPerSecond = bitsPerSecond
    self.chunkLength = chunkLength
    self.debt = debt
  }

  /// When the next chunk is due, since the start.
  public var due: Duration { base + time(of: sent) }

  /// Counts a chunk as sent.
  ///
  /// - Parameter now: The time since the start at which it was sent.
  public mutating func send(at now: Duration) {
    if debt == .forgiven, now - due > time(of: 1) {
      base = now
      sent = 0
    }
    sent += 1
  }

  /// How long so many chunks take; each computed from the rate, so that nothing adds up.
  private func time(of chunks: Int) -> Duration {
    let bits = Int128(chunks) * Int128(chunkLength) * 8
    return Duration(attoseconds: bits * 1_000_000_000_000_000_000 / Int128(bitsPerSecond))
  }
}
