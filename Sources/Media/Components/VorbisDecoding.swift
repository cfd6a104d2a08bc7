// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Decodes Ogg Vorbis as it comes: `OggVorbisDecoder` as a component.
///
/// ```swift
/// let listening = try Pipeline {
///   TCPClient(host: "localhost", port: 1500)
///   VorbisDecoding()
///   Playing(drivers: ["alsa"])
/// }
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes of an Ogg stream, cut anywhere |
/// | `outbox` | its samples, each block with its rate and channels |
///
/// The links of a chain follow each other. It ends when the bytes do, after the last sample; or with
/// ``MediaError`` where they are no Ogg Vorbis.
public final class VorbisDecoding: Component, Source, Sink {
  /// Bytes of an Ogg stream.
  public let inbox = Inbox<Bytes>()
  /// Its samples.
  public let outbox = Outbox<SoundBlock>()
  private let decoder = OggVorbisDecoder()

  /// Starts a decoder.
  public override init() {}

  override public func main() async throws {
    while let bytes = await inbox.next() {
      decoder.push(bytes)
      guard try await sendBlocks() else { return }
    }
    if isStopping { return }
    decoder.finish()
    _ = try await sendBlocks()
  }

  /// Sends what is decoded; false when nobody wants more.
  private func sendBlocks() async throws -> Bool {
    while let block = try decoder.next() {
      guard await outbox.send(block) else { return false }
    }
    return true
  }
}
