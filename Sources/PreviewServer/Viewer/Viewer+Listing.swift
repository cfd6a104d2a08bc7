// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Media

extension Viewer {
  /// Answers `list`: listings, then an end.
  func sendList(below folder: String?) async throws {
    let answers = Inbox<Lister.Answer>()
    let lister = Lister(service.catalogue, folder: folder)
    try link(lister.outbox, to: answers)
    activate(lister)
    defer { answers.close() }
    var answer: Lister.Answer?
    while answer == nil {
      answer = answers.take()
      if answer != nil || answers.isFinished { break }
      try await wait(until: nil, time: 0)
    }
    guard let entries = try answer?.get() else {
      throw PreviewFailure(.internal, reason: "the list couldn't be read")
    }
    let payloads = Listing(entries: entries).payloads()
    for payload in payloads {
      guard await sendFrame(.listing, payload: payload) else { throw ClientGone() }
    }
    let end = PreviewEnd(.complete, framesSent: payloads.count)
    guard await sendFrame(.end, payload: end.payload) else { throw ClientGone() }
  }
}
