// SPDX-License-Identifier: Apache-2.0

/// A run of samples: signed 16-bit, interleaved, channels in Vorbis order.
public struct SoundBlock: Equatable, Sendable {
  /// Samples a second and channel.
  public var rate: Int
  /// Channels, 1...255.
  public var channels: Int
  /// `channels` values for each moment.
  public var samples: [Int16]

  /// Makes a block.
  public init(rate: Int, channels: Int, samples: [Int16]) {
    self.rate = rate
    self.channels = channels
    self.samples = samples
  }
}
