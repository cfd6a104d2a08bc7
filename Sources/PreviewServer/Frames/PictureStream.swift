// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Decoders
internal import Media

/// The pictures of one recording with one set of parameters, while they are made and after.
///
/// A decoder appends, any number of viewers read: each picture is there once, whoever sends it. The
/// decoder works only a window ahead of the viewer that is furthest.
final class PictureStream: DecodingClient {
  /// A picture as it was made.
  struct Entry: Sendable {
    let slot: Int
    let time: Int64
    let flags: PreviewFrame.Flags
    let payload: [UInt8]
    let check: UInt32
  }

  /// What a viewer finds at a place.
  enum Place {
    case picture(Entry)
    /// Not made yet: the viewer is woken when it is.
    case later
    /// No more pictures.
    case over(Ending)
    /// Dropped, because memory was short and all viewers but this one had passed it.
    case gone
  }

  /// How the stream ended.
  typealias Ending = DecodingResult.Ending

  fileprivate struct State {
    var description: PreviewDescription?
    var entries: [Entry] = []
    /// Entries dropped from the front.
    var dropped = 0
    /// Of the last picture made.
    var lastSlot: Int?
    /// Slots passed over by decoders that died since.
    var missed = 0
    var byteCount = 0
    var ending: Ending?
    var viewers: [ObjectIdentifier: (handle: Handle, place: Int)] = [:]
    /// Pictures that the decoder was allowed to make.
    var granted = 0
    var isAbandoned = false
  }

  /// Pictures that the decoder may be ahead.
  static let window = 24
  /// Bytes a stream keeps once some of its pictures have been passed by all viewers.
  static let byteLimit = 48 << 20

  /// What the pictures are made with.
  let request: PreviewRequest
  /// The recording is followed while it grows.
  let isGrowing: Bool
  private let state = Guarded(State())
  /// Who makes more pictures when asked.
  private let decoders: Handle

  init(request: PreviewRequest, decoders: Handle, isGrowing: Bool = false) {
    self.request = request
    self.isGrowing = isGrowing
    self.decoders = decoders
  }

  // MARK: Viewers

  /// Joins as a viewer that starts at the first picture; false when that is gone, or pictures are
  /// missing that another decoder can make; or when the recording has grown on since it ended.
  func join(_ viewer: Handle) -> Bool {
    state.withLock { state in
      guard state.dropped == 0, state.missed == 0, !state.isAbandoned,
        !isGrowing || state.ending == nil
      else { return false }
      state.viewers[ObjectIdentifier(viewer)] = (viewer, 0)
      return true
    }
  }

  /// Leaves; a stream that nobody watches before it is complete is given up.
  func leave(_ viewer: Handle) {
    let isGivenUp = state.withLock { state in
      state.viewers[ObjectIdentifier(viewer)] = nil
      guard state.viewers.isEmpty, state.ending == nil else { return false }
      state.isAbandoned = true
      return true
    }
    if isGivenUp { decoders.wake() }
  }

  /// What the stream is, once the recording was opened.
  var description: PreviewDescription? { state.withLock { $0.description } }

  /// The picture at a place, counted from 0; asks for more where they run short.
  func look(at place: Int, by viewer: Handle) -> Place {
    let (found, isShort) = state.withLock { state -> (Place, Bool) in
      state.viewers[ObjectIdentifier(viewer)]?.place = place
      state.trim()
      let isShort = state.wants(ahead: Self.window / 2)
      let index = place - state.dropped
      if index < 0 { return (.gone, isShort) }
      if index < state.entries.count { return (.picture(state.entries[index]), isShort) }
      return (state.ending.map(Place.over) ?? .later, isShort)
    }
    if isShort { decoders.wake() }
    return found
  }

  // MARK: Decoder

  /// Pictures that the decoder may make from now on, in addition; 0 for none.
  func takeGrant() -> Int {
    state.withLock { state in
      guard state.wants(ahead: Self.window / 2) else { return 0 }
      let wanted = state.furthest + Self.window - state.granted
      state.granted += wanted
      return wanted
    }
  }

  var isAbandoned: Bool { state.withLock { $0.isAbandoned } }
  var isOver: Bool { state.withLock { $0.ending != nil } }
  var isWatched: Bool { state.withLock { !$0.viewers.isEmpty } }
  var byteCount: Int { state.withLock { $0.byteCount } }
  /// Of the picture at a place; `nil` when it isn't made yet, or is gone.
  func slot(at place: Int) -> Int? {
    state.withLock { state in
      let index = place - state.dropped
      return state.entries.indices.contains(index) ? state.entries[index].slot : nil
    }
  }

  /// The recording was opened.
  func begin(_ description: PreviewDescription) {
    wakeAfter { if $0.description == nil { $0.description = description } }
  }

  func append(_ entry: Entry) {
    wakeAfter {
      $0.entries.append(entry)
      $0.lastSlot = entry.slot
      $0.byteCount += entry.payload.count
    }
  }

  func finish(_ ending: Ending) {
    wakeAfter { state in
      guard state.ending == nil else { return }
      state.ending = ending
      guard case .end(var end) = ending, state.missed > 0 else { return }
      end.slotsMissed += state.missed
      if end.status == .complete {
        end.status = .partial
        end.reason = "a decoder failed, \(state.missed) slots were missed"
      }
      state.ending = .end(end)
    }
  }

  /// What a decoder has to make, the first one or one that goes on behind a dead one's last
  /// picture; `nil` when nothing is left.
  ///
  /// Grants that a dead one had are void.
  func beginDecoding() -> DecodingRequest? {
    state.withLock { state in
      let made = state.entries.count + state.dropped
      state.granted = made
      guard let last = state.lastSlot else { return decoding(request) }
      let first = state.description?.pictures?.firstSlot ?? last
      state.missed = max(0, last + 1 - first - made)
      return request.remainder(behind: last, first: first).map(decoding)
    }
  }

  private func decoding(_ pictures: PreviewRequest) -> DecodingRequest {
    var request = DecodingRequest(pictures)
    request.follows = isGrowing
    return request
  }

  func append(_ picture: DecodedPicture) {
    append(
      Entry(
        slot: picture.slot, time: picture.time, flags: picture.flags, payload: picture.jpeg,
        check: CRC32.of(picture.jpeg)))
  }

  func finish(_ result: DecodingResult) { finish(result.ending) }

  private func wakeAfter(_ change: (inout State) -> Void) {
    let viewers = state.withLock { state in
      change(&state)
      return state.viewers.values.map(\.handle)
    }
    for viewer in viewers { viewer.wake() }
  }
}

extension PreviewRequest {
  /// The same request for the slots behind one; `nil` when it asks for none of them.
  func remainder(behind last: Int, first: Int) -> PreviewRequest? {
    var rest = self
    rest.start = interval * (last + 1)
    rest.count = count.map { $0 - (last + 1 - first) }
    if let count = rest.count, count < 1 { return nil }
    return rest.start < end ?? Self.latest ? rest : nil
  }
}

extension PictureStream.State {
  /// Where the viewer that is furthest has got to.
  fileprivate var furthest: Int { viewers.values.map(\.place).max() ?? 0 }

  /// Whether fewer pictures are granted than a viewer will want soon.
  fileprivate func wants(ahead: Int) -> Bool {
    ending == nil && !viewers.isEmpty && granted < furthest + ahead
  }

  /// Drops what all viewers have passed, once the stream is too large to keep whole.
  fileprivate mutating func trim() {
    guard byteCount > PictureStream.byteLimit else { return }
    let passed = (viewers.values.map(\.place).min() ?? 0) - dropped
    guard passed > 64 else { return }
    for entry in entries.prefix(passed) { byteCount -= entry.payload.count }
    entries.removeFirst(passed)
    dropped += passed
  }
}
