// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Glibc
import Internet
import Media

@testable import PreviewServer

/// Fills streams with numbered pictures as far as it is granted: what decoders do, at once.
final class PictureSource: Component {
  let inbox = Inbox<DecodingJob>(staysOpen: true)
  private let count: Int
  private let delay: Duration
  private let byteCount: Int
  private let ending: PictureStream.Ending
  private var streams: [(stream: PictureStream, made: Int, granted: Int)] = []

  /// Gives `count` pictures of each recording, the first after `delay`.
  init(
    count: Int, delay: Duration = .zero, byteCount: Int = 100, ending: PictureStream.Ending? = nil
  ) {
    self.count = count
    self.delay = delay
    self.byteCount = byteCount
    self.ending = ending ?? .end(PreviewEnd(.complete, framesSent: count))
  }

  override func main() async throws {
    try tracker.register(inbox, as: "decoders", of: handle)
    tracker.setValue("decoders", to: handle)
    defer { tracker.forgetValue("decoders") }
    while !isStopping {
      while let job = inbox.take() {
        guard let stream = job.client as? PictureStream else { continue }
        try await sleep(for: delay)
        stream.begin(description(stream.request))
        streams.append((stream, 0, 0))
      }
      for index in streams.indices { make(index) }
      streams.removeAll { $0.stream.isOver || $0.stream.isAbandoned }
      await pause()
    }
  }

  private func description(_ request: PreviewRequest) -> PreviewDescription {
    PreviewDescription(
      title: request.title ?? "",
      pictures: .init(
        width: request.width, height: 16, interval: request.interval, mode: request.mode,
        slots: count))
  }

  private func make(_ index: Int) {
    let stream = streams[index].stream
    streams[index].granted += stream.takeGrant()
    while streams[index].made < min(count, streams[index].granted) {
      let slot = streams[index].made
      stream.append(picture(slot, interval: stream.request.interval, byteCount: byteCount))
      streams[index].made += 1
    }
    if streams[index].made == count { stream.finish(ending) }
  }
}

/// A picture whose payload tells its slot.
func picture(_ slot: Int, interval: Duration = .seconds(1), byteCount: Int = 100)
  -> PictureStream.Entry
{
  let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: slot), count: byteCount)
  return PictureStream.Entry(
    slot: slot, time: Int64(interval / .microseconds(1)) * Int64(slot), flags: .keyframe,
    payload: payload, check: CRC32.of(payload))
}
