// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Turns frames into the bytes of one stream and numbers them: `Framer` as a component.
///
/// ```swift
/// let asking = try Pipeline {
///   Questions()
///   Framing()
///   TCPClient(host: "localhost", port: 1616)
/// }
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | frames; their own numbers aren't used |
/// | `outbox` | each frame's header and payload, a message each |
///
/// It ends when the frames do, or with ``FramingError`` on a payload over 16 MiB.
public final class Framing: Component, Source, Sink {
  /// Frames of one stream.
  public let inbox = Inbox<PreviewFrame>()
  /// Their bytes.
  public let outbox = Outbox<Bytes>()
  private var framer: Framer

  /// Starts a stream.
  ///
  /// - Parameter nextSequence: The number of its first frame.
  public init(nextSequence: UInt32 = 0) { framer = Framer(nextSequence: nextSequence) }

  override public func main() async throws {
    while let frame = await inbox.next() {
      guard await outbox.send(try framer.bytes(of: frame)) else { return }
    }
  }
}
