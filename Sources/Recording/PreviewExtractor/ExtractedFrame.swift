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
  /// It is so far from its slot that nearer pictures must be lost.
  public internal(set) var isFar = false
  /// It is the picture of the slot before: the same bytes.
  public let isRepeat: Bool
  /// Why this picture serves the slot, where more than its time decided.
  public var note: Note?
  /// A complete JPEG file for each of the widths asked for, in their order.
  public let jpegs: [[UInt8]]
  /// The JPEG file of the main width.
  public var jpeg: [UInt8] { jpegs.first ?? [] }

  /// Why a picture serves a slot.
  public enum Note: Equatable, Sendable, CustomStringConvertible {
    /// The picture of this time, in microseconds, is black or of one colour; this one isn't.
    case passedOver(Int64)
    /// It is black or of one colour, and so is all within half an interval after it.
    case uniform
    /// A new scene begins with it.
    case scene

    /// "instead of a blank picture at 12.48 s", "blank", "new scene".
    public var description: String {
      switch self {
      case .passedOver(let time): "instead of a blank picture at \(Double(time / 10_000) / 100) s"
      case .uniform: "blank"
      case .scene: "new scene"
      }
    }
  }
}

/// What an extraction cost so far.
public struct ExtractionStatistics: Equatable, Sendable {
  /// Bytes read from the file, those read twice counted twice.
  public let bytesRead: Int64
  /// Changes of the place that is read.
  public let seeks: Int
  /// Packets of the moving picture.
  public let packetsRead: Int
  /// Pictures that came out of the decoders.
  public let picturesDecoded: Int
}

/// How an extraction ended.
public enum ExtractionVerdict: Equatable, Sendable, CustomStringConvertible {
  /// Every slot up to the recording's end was served, by a picture without damage.
  case complete
  /// Only this share of the slots (0...1) was served by a picture without damage, for this reason.
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
