// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Finds the frames in bytes as they come: `Deframer` as a component.
///
/// ```swift
/// let watching = try Pipeline {
///   TCPClient(host: "localhost", port: 1616)
///   Deframing()
///   Showing()
/// }
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes of a preview stream, cut anywhere |
/// | `outbox` | its whole frames, in order |
///
/// Frames that are damaged, of an unknown kind or too large are left out: a hole in their sequence
/// shows it. It ends when the bytes do, after the last whole frame; with ``FramingError/version(_:)``
/// on a frame of another version; with ``MediaError`` where no frame is found in the first bytes.
public final class Deframing: Component, Source, Sink {
  /// Bytes in which the first frame must begin.
  public static let searchLimit = 1 << 17

  /// Bytes of a preview stream.
  public let inbox = Inbox<Bytes>()
  /// Its frames.
  public let outbox = Outbox<PreviewFrame>()
  private var deframer: Deframer
  private var frameCount = 0

  /// Starts at any place of a stream.
  ///
  /// - Parameter payloadLimit: Bytes, at most 16 MiB; longer frames are left out.
  public init(payloadLimit: Int = PreviewFrame.payloadLimit) {
    deframer = Deframer(payloadLimit: payloadLimit)
  }

  override public func main() async throws {
    while let bytes = await inbox.next() {
      deframer.push(bytes)
      guard try await sendFrames() else { return }
      try checkNoise(isFinished: false)
    }
    deframer.finish()
    if try await sendFrames() { try checkNoise(isFinished: true) }
  }

  /// Sends what is whole; false when nobody wants more.
  private func sendFrames() async throws -> Bool {
    while !isStopping {
      do throws(FramingError) {
        guard let frame = try deframer.next() else { return true }
        frameCount += 1
        guard await outbox.send(frame) else { return false }
      } catch .tooLarge {
        // The deframer has passed over it and counted it.
        continue
      }
    }
    return false
  }

  private func checkNoise(isFinished: Bool) throws(MediaError) {
    let noise = deframer.skippedBytes
    guard frameCount == 0, noise > (isFinished ? 0 : Self.searchLimit) else { return }
    throw MediaError(
      operation: "read", subject: "preview stream",
      reason: "its first \(noise) bytes hold no frame: this is something else")
  }
}
