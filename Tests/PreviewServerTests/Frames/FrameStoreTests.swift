// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Media
import Testing

@testable import PreviewServer

@Suite final class FrameStoreTests {
  let scheduler = Scheduler()
  let viewer: Handle
  let other: Handle
  let store = FrameStore(byteLimit: 1000)

  init() {
    viewer = scheduler.activate(Component())
    other = scheduler.activate(Component())
  }

  /// Lets the components end: nobody else would.
  deinit { scheduler.run() }

  private func key(_ title: String = "a", inode: UInt64 = 1, width: Int = 320) -> FrameStore.Key {
    var request = PreviewRequest(.preview, title: title)
    request.width = width
    return FrameStore.Key(
      Catalogue.Identity(device: 1, inode: inode, byteCount: 1, modified: 1), title, request)
  }

  private func join(_ key: FrameStore.Key, _ who: Handle) -> (stream: PictureStream, isNew: Bool) {
    store.join(key, viewer: who) {
      PictureStream(request: PreviewRequest(.preview, title: "a"), decoders: viewer)
    }
  }

  /// A finished stream of so many bytes that its viewer has left.
  private func fill(_ key: FrameStore.Key, byteCount: Int) -> PictureStream {
    let stream = join(key, viewer).stream
    stream.append(picture(0, byteCount: byteCount))
    stream.finish(.end(PreviewEnd(.complete, framesSent: 1)))
    store.leave(stream, viewer: viewer)
    return stream
  }

  @Test func `viewers of the same pictures share a stream`() {
    let first = join(key(), viewer)
    let second = join(key(), other)
    #expect(first.isNew && !second.isNew && first.stream === second.stream)
  }

  @Test func `another recording or another parameter is another stream`() {
    #expect(join(key(), viewer).isNew)
    #expect(join(key(width: 160), viewer).isNew)
    #expect(join(key(inode: 2), viewer).isNew)
  }

  @Test func `a pace is no parameter of pictures`() {
    var request = PreviewRequest(.preview, title: "a")
    request.pace = .asap
    let identity = Catalogue.Identity(device: 1, inode: 1, byteCount: 1, modified: 1)
    #expect(FrameStore.Key(identity, "a", request) == key())
  }

  @Test func `a whole stream is kept for the next viewer`() {
    let stream = fill(key(), byteCount: 500)
    let next = join(key(), other)
    #expect(!next.isNew && next.stream === stream)
  }

  @Test func `the stream that was wanted longest ago goes first when there is no room`() {
    _ = fill(key("a"), byteCount: 500)
    _ = fill(key("b"), byteCount: 400)
    _ = fill(key("a"), byteCount: 0)
    _ = fill(key("c"), byteCount: 300)
    #expect(!join(key("a"), other).isNew)
    #expect(join(key("b"), other).isNew)
  }

  @Test func `streams that grew too large go when their viewers do`() {
    weak var kept: PictureStream?
    kept = fill(key("a"), byteCount: 2000)
    #expect(kept == nil)
  }

  @Test func `a stream that was given up is made anew, and not kept`() {
    weak var kept: PictureStream?
    do {
      let stream = join(key(), viewer).stream
      kept = stream
      store.leave(stream, viewer: viewer)
    }
    #expect(kept == nil)
    #expect(join(key(), viewer).isNew)
  }

  @Test func `a stream that is watched stays, whatever its size`() {
    let watched = join(key("a"), viewer).stream
    watched.append(picture(0, byteCount: 5000))
    _ = fill(key("b"), byteCount: 10)
    #expect(!join(key("a"), other).isNew)
  }

  @Test func `a stream that failed is forgotten`() {
    let failed = join(key(), viewer).stream
    store.remove(key(), failed)
    let next = join(key(), viewer)
    #expect(next.isNew)
    store.remove(key(), failed)
    #expect(!join(key(), other).isNew)
  }
}
