// SPDX-License-Identifier: Apache-2.0

/// One slot's picture, with its real time.
public struct ExtractedFrame: Sendable {
  /// The slot: number k of the grid, which begins at the recording's first picture.
  public let slot: Int
  /// When it was asked for: k intervals, in microseconds from the recording's first picture.
  public let askedTime: Int64
  /// When it is really shown, in microseconds from the recording's first picture.
  public let time: Int64
  /// It needs no other picture to be decoded.
  public let isKey: Bool
  /// The container's time jumped between the slot before and this one.
  public let followsJump: Bool
  /// The decoder or the container met faults in it: some of it is guessed.
  public let isDamaged: Bool
  /// It is the picture of the slot before: the same bytes.
  public let isRepeat: Bool
  /// A complete JPEG file for each of the widths asked for, in their order.
  public let jpegs: [[UInt8]]
  /// The JPEG file of the main width.
  public var jpeg: [UInt8] { jpegs.first ?? [] }
}

/// How an extraction ended.
public enum ExtractionVerdict: Equatable, Sendable, CustomStringConvertible {
  /// Every slot up to the recording's end was served.
  case complete
  /// Only this share of the slots (0...1) was served, for this reason.
  case partial(coverage: Double, reason: String)
  /// No slot was served.
  case failed(reason: String)

  /// "complete", "partial (0.71): the pictures end at 12.3 s of 17.2 s", "failed: ...".
  public var description: String {
    switch self {
    case .complete: "complete"
    case .partial(let coverage, let reason):
      "partial (\((coverage * 100).rounded() / 100)): \(reason)"
    case .failed(let reason): "failed: \(reason)"
    }
  }
}
