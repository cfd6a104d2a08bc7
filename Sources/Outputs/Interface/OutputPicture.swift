// SPDX-License-Identifier: Apache-2.0
public import Media

/// The picture of one slot, in one width.
public struct OutputPicture: Equatable, Sendable {
  /// Which slot of the grid it stands for; each picture's is higher than the one before.
  public var slot: Int
  /// The slot's time, microseconds from the recording's start.
  public var askedTime: Int64
  /// The picture's own time, microseconds from the recording's start.
  public var time: Int64
  /// It was made of a keyframe.
  public var isKey: Bool
  /// Time jumped in the recording before it.
  public var followsJump: Bool
  /// What it was decoded from had faults.
  public var isDamaged: Bool
  /// One complete JPEG.
  public var jpeg: [UInt8]

  /// States the facts.
  public init(
    slot: Int, askedTime: Int64, time: Int64, isKey: Bool = false, followsJump: Bool = false,
    isDamaged: Bool = false, jpeg: [UInt8]
  ) {
    self.slot = slot
    self.askedTime = askedTime
    self.time = time
    self.isKey = isKey
    self.followsJump = followsJump
    self.isDamaged = isDamaged
    self.jpeg = jpeg
  }

  /// The same moment in another width.
  public func with(jpeg: [UInt8]) -> OutputPicture {
    var other = self
    other.jpeg = jpeg
    return other
  }
}

/// How a recording's pictures ended.
public struct OutputEnd: Equatable, Sendable {
  /// The verdict.
  public var status: PreviewEnd.Status
  /// Why it isn't complete.
  public var reason: String?
  /// Slots that got a picture.
  public var served: Int
  /// Slots asked for that got none.
  public var missed: Int
  /// The recording's length as it turned out; `nil` where still unknown.
  public var duration: Duration?

  /// States the facts.
  public init(
    _ status: PreviewEnd.Status, reason: String? = nil, served: Int, missed: Int = 0,
    duration: Duration? = nil
  ) {
    self.status = status
    self.reason = reason
    self.served = served
    self.missed = missed
    self.duration = duration
  }
}
