// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Sends an Ogg file at the pace at which it is to be heard.
///
/// ```swift
/// let server = try SimpleServer(port: 1500) { _ in Serving(OggFileReader(path: "song.ogg")) }
/// ```
/// | box | what travels |
/// |---|---|
/// | `outbox` | at the stream's own time: whole pages; at a bit rate: chunks of bytes |
///
/// Every page or chunk has its moment, counted from the start by the scheduler's clock: nothing adds
/// up, however long it goes on, and a reader that was held up catches up. It ends when the file does,
/// or with ``MediaError`` where the file can't be read.
public final class OggFileReader: Component, Source {
  /// How fast the file is sent.
  public enum Pace: Sendable {
    /// Each page when its first sample is due; with a factor, so many times as fast.
    case streamTime(factor: Double = 1)
    /// So many bits a second, in chunks of so many bytes, cut anywhere; the first at once.
    case bitRate(Int, chunkLength: Int = 1024)
    /// Page after page, as fast as they are taken.
    case asap
  }

  /// Pages or chunks of the file.
  public let outbox = Outbox<Bytes>()
  private let path: String
  private let pace: Pace

  /// A reader; the file is opened when it is activated.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - pace: How fast it is sent.
  public init(path: String, pace: Pace = .streamTime()) {
    if case .streamTime(let factor) = pace {
      precondition(factor > 0, "a factor must be more than 0, not \(factor)")
    }
    self.path = path
    self.pace = pace
  }

  override public func main() async throws {
    let file = try OggFile(path: path)
    switch pace {
    case .streamTime(let factor): try await sendPages(of: file, factor: factor)
    case .bitRate(let rate, let length):
      try await sendChunks(of: file, length, ConstantRate(unitsPerSecond: rate, debt: .paid))
    case .asap:
      while let (page, _) = try file.nextPage(), await outbox.send(page.bytes) {}
    }
  }

  private func sendPages(of file: OggFile, factor: Double) async throws {
    let start = now
    while let (page, due) = try file.nextPage() {
      guard await wait(until: start + (factor == 1 ? due : due / factor)),
        await outbox.send(page.bytes)
      else { return }
    }
  }

  private func sendChunks(of file: OggFile, _ length: Int, _ bits: ConstantRate) async throws {
    var bits = bits
    let start = now
    while true {
      let bytes = try file.nextBytes(length)
      guard !bytes.isEmpty, await wait(until: start + bits.due), await outbox.send(bytes)
      else { return }
      bits.send(8 * bytes.count, at: now - start)
    }
  }

  /// Waits for a moment, if it isn't over yet; false when the component must stop.
  private func wait(until moment: Instant) async -> Bool {
    guard now < moment else { return !isStopping }
    do {
      try await sleep(until: moment)
      return true
    } catch {
      return false
    }
  }
}
