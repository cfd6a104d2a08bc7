// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Glibc
import Media
import Processes

/// A decoder that knows no recordings: what it does is the title of what is asked for.
final class FakeDecoder: Component, Source, Sink {
  let inbox = Inbox<Parcel>()
  let outbox = Outbox<PreviewFrame>()
  private var requests: [Int: DecodingRequest] = [:]

  override func main() async throws {
    while let parcel = await inbox.next() {
      switch WorkerMessage(parcel.frame) {
      case .open(let job, let request):
        requests[job] = request
        await say(.working(job: job))
        let description = PreviewDescription(title: request.pictures.title ?? "")
        await outbox.send(PreviewFrame(kind: .description, payload: description.payload))
      case .grant(let job, _):
        guard let request = requests.removeValue(forKey: job) else { continue }
        await say(.working(job: job))
        try await allIsWritten()
        await decode(job, request)
      default: break
      }
    }
  }

  private func say(_ message: WorkerMessage) async { await outbox.send(message.frame) }

  private func decode(_ job: Int, _ request: DecodingRequest) async {
    let doings = (request.pictures.title ?? "").split(separator: " ")
    switch doings.first ?? "" {
    case "hang": while true {}
    case "slow": getOn(doings.last.flatMap { Int($0) } ?? 0, self)
    case "reach": _ = make(call: "socket", 0)
    case "crash": abort()
    case "eat": eat()
    default: break
    }
    let count = request.pictures.count ?? 0
    for slot in 0..<count {
      let widths = [request.pictures.width] + request.otherWidths
      var picture = DecodedPicture(
        slot: slot, askedTime: Int64(slot), time: Int64(slot), flags: .keyframe,
        jpegs: widths.map { [UInt8](repeating: UInt8(truncatingIfNeeded: slot), count: $0) })
      picture.note = request.skipsBlack ? "was black" : nil
      await outbox.send(picture.frame)
    }
    var statistics = DecodingStatistics()
    statistics.pictures = count
    await say(.statistics(job: job, statistics))
    if request.wantsKeyMap { await say(.keyMap(job: job, (request.keyMap ?? []) + [1])) }
    let end = PreviewEnd(.complete, framesSent: count)
    await outbox.send(PreviewFrame(kind: .end, payload: end.payload))
  }
}
