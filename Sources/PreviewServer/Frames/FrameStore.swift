// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Media

/// Picture streams by what they are made of: what was decoded once is sent to everyone who asks.
final class FrameStore: Sendable {
  /// The recording's identity and every parameter that changes a picture or the choice of pictures.
  struct Key: Hashable, Sendable {
    let identity: Catalogue.Identity
    let title: String
    let width: Int
    let quality: Int
    let interval: Duration
    let start: Duration
    let end: Duration?
    let count: Int?
    let mode: String

    init(_ identity: Catalogue.Identity, _ title: String, _ request: PreviewRequest) {
      self.identity = identity
      self.title = title
      width = request.width
      quality = request.quality
      interval = request.interval
      start = request.start
      end = request.end
      count = request.count
      mode = request.mode.rawValue
    }
  }

  fileprivate struct State {
    var streams: [Key: PictureStream] = [:]
    /// Least recently used first.
    var order: [Key] = []
  }

  private let state = Guarded(State())
  private let byteLimit: Int

  /// - Parameter byteLimit: bytes of finished streams that nobody watches and that are kept.
  init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// Joins the stream of this key, or the one that `make` makes when there is none that can be
  /// joined; true when it was made, and must be decoded.
  func join(
    _ key: Key, viewer: Handle, make: () -> PictureStream
  ) -> (stream: PictureStream, isNew: Bool) {
    state.withLock { state in
      state.order.removeAll { $0 == key }
      state.order.append(key)
      if let known = state.streams[key], known.join(viewer) { return (known, false) }
      let made = make()
      _ = made.join(viewer)
      state.streams[key] = made
      state.evict(over: byteLimit, keeping: key)
      return (made, true)
    }
  }

  /// Lets a viewer go, and with it what nobody wants any more.
  func leave(_ stream: PictureStream, viewer: Handle) {
    stream.leave(viewer)
    state.withLock { $0.evict(over: byteLimit) }
  }

  /// Forgets a stream that failed, so that the next request tries again.
  func remove(_ key: Key, _ stream: PictureStream) {
    state.withLock { state in
      guard state.streams[key] === stream else { return }
      state.streams[key] = nil
      state.order.removeAll { $0 == key }
    }
  }
}

extension FrameStore.State {
  fileprivate mutating func evict(over byteLimit: Int, keeping newest: FrameStore.Key? = nil) {
    var total = streams.values.reduce(0) { $0 + $1.byteCount }
    for key in order where key != newest {
      guard let stream = streams[key] else { continue }
      guard stream.isAbandoned || total > byteLimit, !stream.isWatched else { continue }
      total -= stream.byteCount
      streams[key] = nil
    }
    let kept = streams
    order.removeAll { kept[$0] == nil }
  }
}
