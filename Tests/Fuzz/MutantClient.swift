// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Media

/// Wants pictures of a mutant, and looks whether what it gets can be true.
final class MutantClient: DecodingClient {
  private struct State {
    var isGranted = false
    var isBegun = false
    var pictures = 0
    var last: (slot: Int, time: Int64, isStandIn: Bool)?
    var claims: [String] = []
    var result: DecodingResult?
  }

  let seed: UInt64
  let recipe: String
  private let request: DecodingRequest
  private let waiter: Handle
  private let state = Guarded(State())

  init(_ mutant: Mutant, waiter: Handle) {
    seed = mutant.seed
    recipe = mutant.recipe
    request = mutant.request
    self.waiter = waiter
  }

  var isAbandoned: Bool { false }
  var isOver: Bool { state.withLock { $0.result != nil } }
  /// What came of it, once it has.
  var result: DecodingResult? { state.withLock { $0.result } }
  var pictures: Int { state.withLock { $0.pictures } }
  /// What can't be true.
  var claims: [String] { state.withLock { $0.claims } }

  func beginDecoding() -> DecodingRequest? {
    state.withLock { state in
      // In place of a process that died of another mutant: from the beginning.
      state.isGranted = false
      state.pictures = 0
      state.last = nil
      state.claims = []
    }
    return request
  }

  func takeGrant() -> Int {
    state.withLock { state in
      defer { state.isGranted = true }
      return state.isGranted ? 0 : 1 << 30
    }
  }

  func begin(_ description: PreviewDescription) { state.withLock { $0.isBegun = true } }

  func append(_ picture: DecodedPicture) {
    let faults = Self.faults(of: picture, of: request)
    state.withLock { state in
      state.claims += faults
      if !state.isBegun { state.claims.append("a picture before the description") }
      if let last = state.last {
        if picture.slot <= last.slot {
          state.claims.append("slot \(picture.slot) after \(last.slot)")
        }
        // What is served in place of a blank picture may lie behind the next slot's own.
        let isStandIn = picture.note != nil || last.isStandIn
        if picture.time < last.time, !isStandIn, !picture.flags.contains(.discontinuity) {
          state.claims.append(
            "slot \(picture.slot) at \(picture.time) after \(last.slot) at \(last.time)"
              + (picture.isDamaged ? ", damaged" : ""))
        }
      }
      state.pictures += 1
      state.last = (picture.slot, picture.time, picture.note != nil)
    }
  }

  func finish(_ result: DecodingResult) {
    state.withLock { state in
      if state.result != nil { state.claims.append("a second end") }
      state.result = result
      state.claims += Self.faults(of: result, pictures: state.pictures, of: request)
    }
    waiter.wake()
  }

  private static func faults(of picture: DecodedPicture, of request: DecodingRequest) -> [String] {
    var faults: [String] = []
    if picture.slot < 0 { faults.append("slot \(picture.slot)") }
    if picture.time < 0 { faults.append("time \(picture.time)") }
    let asked = request.pictures.interval * picture.slot
    if .microseconds(picture.askedTime) != asked {
      faults.append("slot \(picture.slot) asked for at \(picture.askedTime)")
    }
    if asked < request.pictures.start { faults.append("slot \(picture.slot) before the start") }
    if picture.jpegs.count != 1 + request.otherWidths.count {
      faults.append("\(picture.jpegs.count) JPEGs")
    }
    for (jpeg, width) in zip(picture.jpegs, [request.pictures.width] + request.otherWidths) {
      do {
        let decoded = try JPEGDecoder().decode(jpeg)
        if decoded.width != width { faults.append("\(decoded.width) pixels a row, not \(width)") }
      } catch {
        faults.append("slot \(picture.slot) is no JPEG: \(error)")
      }
    }
    return faults
  }

  private static func faults(
    of result: DecodingResult, pictures: Int, of request: DecodingRequest
  ) -> [String] {
    var faults: [String] = []
    if let count = request.pictures.count, pictures > count { faults.append("too many pictures") }
    switch result.ending {
    case .failure where result.cause == nil && pictures > 0:
      faults.append("failed after \(pictures) pictures")
    case .failure(let failure) where failure.reason.isEmpty: faults.append("failed for no reason")
    case .failure: break
    case .end(let end):
      if end.framesSent != pictures { faults.append("\(end.framesSent) sent, \(pictures) came") }
      switch end.status {
      case .complete:
        if pictures == 0 { faults.append("complete without pictures") }
        if end.slotsMissed > 0 { faults.append("complete with \(end.slotsMissed) missed") }
      case .partial where pictures == 0: faults.append("partial without pictures")
      case .failed where pictures > 0: faults.append("failed with \(pictures) pictures")
      case .partial, .failed:
        if (end.reason ?? "").isEmpty { faults.append("\(end.status) for no reason") }
      case .stopped: faults.append("stopped")
      }
    }
    return faults
  }
}
