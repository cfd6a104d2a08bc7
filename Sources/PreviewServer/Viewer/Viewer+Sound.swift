// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Internet
internal import Media

extension Viewer {
  /// Answers `sound`: a description, the Ogg's pages at their time, an end.
  func sendSound(_ request: PreviewRequest) async throws {
    guard let title = request.title else {
      throw PreviewFailure(.badRequest, reason: "Title: must be there")
    }
    let found = try service.catalogue.open(title)
    var file = SoundFile(found.descriptor, request: request)
    guard let description = try file.describe(title: title) else {
      throw PreviewFailure(
        .unreadable, reason: "\(title) is not Ogg Vorbis", advice: "ask for its pictures")
    }
    guard await sendFrame(.description, payload: description.payload) else { throw ClientGone() }
    let start = now
    var sent = 0
    var time: Int64 = 0
    while let page = try file.next() {
      if service.isDraining { break }
      if let due = page.due(pace: request.pace, from: start) {
        while now < due { try await wait(until: due, time: time) }
      }
      time = page.time
      guard await sendFrame(.audio, time: time, payload: page.bytes) else { throw ClientGone() }
      sent += 1
    }
    let end =
      service.isDraining
      ? PreviewEnd(.stopped, reason: "the server is shutting down", framesSent: sent)
      : PreviewEnd(.complete, framesSent: sent)
    guard await sendFrame(.end, time: time, payload: end.payload) else { throw ClientGone() }
  }
}
