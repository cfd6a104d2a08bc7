// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Media

/// Wants all pictures at once, and keeps them.
final class Collector: DecodingClient {
  struct State {
    var description: PreviewDescription?
    var pictures: [DecodedPicture] = []
    var result: DecodingResult?
    var isGranted = false
  }

  let request: DecodingRequest
  private let state = Guarded(State())
  private let onPicture: @Sendable (String) -> Void
  private let waiter = Guarded<Handle?>(nil)

  init(_ request: DecodingRequest, onPicture: @escaping @Sendable (String) -> Void = { _ in }) {
    self.request = request
    self.onPicture = onPicture
  }

  /// Asks for so many pictures of what a title says.
  convenience init(_ title: String, count: Int = 5) {
    var pictures = PreviewRequest(.preview, title: title)
    pictures.count = count
    self.init(DecodingRequest(pictures))
  }

  var title: String { request.pictures.title ?? "" }
  var pictures: [DecodedPicture] { state.withLock { $0.pictures } }
  var description: PreviewDescription? { state.withLock { $0.description } }
  var result: DecodingResult? { state.withLock { $0.result } }
  var isAbandoned: Bool { false }
  var isOver: Bool { result != nil }

  func tell(_ handle: Handle) { waiter.withLock { $0 = handle } }

  func beginDecoding() -> DecodingRequest? {
    state.withLock { $0 = State() }
    return request
  }

  func takeGrant() -> Int {
    state.withLock { state in
      defer { state.isGranted = true }
      return state.isGranted ? 0 : 1000
    }
  }

  func begin(_ description: PreviewDescription) {
    state.withLock { $0.description = description }
  }

  func append(_ picture: DecodedPicture) {
    state.withLock { $0.pictures.append(picture) }
    onPicture(title)
  }

  func finish(_ result: DecodingResult) {
    state.withLock { $0.result = result }
    waiter.withLock { $0 }?.wake()
  }
}
