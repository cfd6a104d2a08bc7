// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Decoders
internal import Media

/// One stretch of a recording as the decoders see it: what it asks for, and where its pictures go.
///
/// It allows only so many pictures as its recording's task has room for. The pool calls it on the
/// run's thread, the task counts on its own.
final class StretchClient: DecodingClient {
  /// Pictures that may be on their way at once.
  static let window = 24

  /// The stretch's first slot, which names it.
  let first: Int
  private let reachesEnd: Bool
  private let request: DecodingRequest
  /// Woken when anything has come.
  private let run: Handle
  private let state: Guarded<State>

  private struct State {
    /// The slot behind the last picture.
    var next: Int
    /// The slot that another stretch begins with.
    var end: Int?
    /// That became so after its decoder had begun.
    var isCut = false
    /// The decoder is to be told.
    var mustTellCut = false
    var description: PreviewDescription?
    /// The present decoder said so.
    var isDescribed = false
    /// Decoders that began it.
    var beginnings = 0
    /// Pictures allowed, come, and done with, since the decoder began.
    var granted = 0
    var come = 0
    var done = 0
    /// What came that the run hasn't fetched yet.
    var arrived: [TaskMessage] = []
    /// What the present decoder took so far, and those before it.
    var spent = DecodingStatistics()
    var spentBefore = DecodingStatistics()
    /// A decoder says that the recording is not to be divided.
    var isUndividable = false
    /// It said so on the way.
    var dependsOnHistory = false
    var result: DecodingResult?
    var isGivenUp = false
    /// A process died over it.
    var isMarked = false

    /// The slot behind the last, as the decoder was told of by the recording.
    var describedEnd: Int? {
      description?.pictures.flatMap { pictures in pictures.slots.map { pictures.firstSlot + $0 } }
    }

    /// All slots up to the next stretch have come.
    var isFull: Bool { end.map { next >= $0 } ?? false }
  }

  /// A client that waits for a decoder.
  ///
  /// - Parameters:
  ///   - stretch: Which slots.
  ///   - request: What is wanted of the whole recording.
  ///   - run: Who is woken.
  init(
    _ stretch: Stretches.Stretch, request: DecodingRequest, run: Handle
  ) {
    first = stretch.first
    reachesEnd = stretch.end == nil
    self.request = request
    self.run = run
    state = Guarded(State(next: stretch.next, end: stretch.end))
  }

  // MARK: The run

  /// The slot behind the recording's last, once that was found out; `nil` where the stretch ends
  /// before, and tells of its own end only.
  var recordingEnd: Int? { reachesEnd ? state.withLock { $0.describedEnd } : nil }
  /// What has come since it was asked last.
  func takeArrived() -> [TaskMessage] {
    state.withLock { state in
      defer { state.arrived = [] }
      return state.arrived
    }
  }

  /// How the stretch ended.
  var result: DecodingResult? { state.withLock { $0.result } }
  /// What all its decoders took so far.
  var statistics: DecodingStatistics {
    state.withLock { state in
      var sum = state.spentBefore
      sum += state.spent
      return sum
    }
  }
  /// Its recording is not to be divided.
  var isUndividable: Bool { state.withLock { $0.isUndividable } }
  /// That was found out on the way: a decoder that began elsewhere may not have noticed, and would
  /// give other pictures.
  var dependsOnHistory: Bool { state.withLock { $0.dependsOnHistory } }
  /// Another decoder went on with it.
  var hasMoved: Bool { state.withLock { $0.beginnings > 1 } }
  /// The slot behind the last picture.
  var next: Int { state.withLock { $0.next } }
  /// The first slot that its decoder wasn't told to make yet, at the earliest.
  var grantedEnd: Int { state.withLock { $0.next + $0.granted - $0.come } }

  /// Another stretch begins there; its job, which is next, wakes the decoders.
  func cut(at slot: Int) {
    state.withLock { state in
      state.end = slot
      state.isCut = true
      state.mustTellCut = true
    }
  }

  /// It ended well where another stretch begins.
  var endedAtCut: Bool {
    state.withLock { state in
      guard state.isCut, case .end(let end) = state.result?.ending else { return false }
      return end.status == .complete
    }
  }

  /// Its pictures aren't wanted any more.
  func giveUp() {
    state.withLock { state in
      state.isGivenUp = true
      // Each of them holds the client that holds them.
      state.arrived = []
    }
  }

  /// The task is done with a picture; wakes the decoders when there is room for many.
  func makeRoom(_ decoders: Handle) {
    let wants = state.withLock { state in
      state.done += 1
      return state.granted - state.done == Self.window / 2
    }
    if wants { decoders.wake() }
  }

  // MARK: The decoders

  var isAbandoned: Bool { state.withLock { $0.isGivenUp } }
  var isOver: Bool { state.withLock { $0.result != nil } }

  func beginDecoding() -> DecodingRequest? {
    state.withLock { state in
      state.beginnings += 1
      state.isDescribed = false
      state.granted = 0
      state.come = 0
      state.done = 0
      state.isCut = false
      state.mustTellCut = false
      state.spentBefore += state.spent
      state.spent = DecodingStatistics()
      // Only the end was still to come when the process before died.
      guard !state.isFull, state.describedEnd.map({ state.next < $0 }) ?? true else { return nil }
      var rest = request
      let interval = rest.pictures.interval
      let start = rest.pictures.start
      let firstSlot = SlotGrid.slots(
        before: start.wholeMicroseconds, interval: interval.wholeMicroseconds)
      if state.next > firstSlot {
        rest.pictures.start = interval * state.next
        rest.pictures.count = rest.pictures.count.map { $0 - (state.next - firstSlot) }
      }
      if let end = state.end { rest.pictures.count = end - state.next }
      if let count = rest.pictures.count, count < 1 { return nil }
      return rest
    }
  }

  func takeGrant() -> Int {
    state.withLock { state in
      guard state.result == nil, !(state.isCut && state.isFull) else { return 0 }
      let free = Self.window - (state.granted - state.done)
      guard free >= Self.window / 2 else { return 0 }
      let onTheirWay = state.granted - state.come
      // Beyond its last picture a decoder finds the end, unless it was told of that end.
      let beyond = state.isCut ? 0 : 1
      let left = state.end.map { $0 - state.next - onTheirWay + beyond } ?? free
      let more = max(0, min(free, left))
      state.granted += more
      return more
    }
  }

  func takeCut() -> Int? {
    state.withLock { state in
      defer { state.mustTellCut = false }
      return state.mustTellCut ? state.end : nil
    }
  }

  func begin(_ description: PreviewDescription) {
    state.withLock { state in
      if state.description == nil { state.arrived.append(.begun(description)) }
      state.description = description
      state.isDescribed = true
    }
    run.wake()
  }

  func append(_ picture: DecodedPicture) {
    state.withLock { state in
      state.come += 1
      guard picture.slot >= state.next, !state.isGivenUp else { return }
      let isOurs = state.end.map { picture.slot < $0 } ?? true
      state.next = picture.slot + 1
      if isOurs { state.arrived.append(.picture(picture, of: self)) }
    }
    run.wake()
  }

  func note(_ statistics: DecodingStatistics) {
    state.withLock { $0.spent = statistics }
  }

  func mustNotDivide() {
    state.withLock { state in
      state.isUndividable = true
      if state.isDescribed { state.dependsOnHistory = true }
    }
    run.wake()
  }

  func finish(_ result: DecodingResult) {
    state.withLock { state in
      if state.result == nil { state.result = result }
    }
    run.wake()
  }
}
