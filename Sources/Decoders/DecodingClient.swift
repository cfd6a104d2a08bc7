// SPDX-License-Identifier: Apache-2.0
public import Media
public import Processes

/// Whoever wants pictures of a recording: asks, allows, gets, and hears how it ended.
///
/// A `DecoderPool` calls it on its own thread. After a change of what ``takeGrant()``,
/// ``takeCut()`` or ``isAbandoned`` would say, the client wakes the pool: the tracker's value "decoders" is its handle.
public protocol DecodingClient: AnyObject, Sendable {
  /// Nobody wants more: the decoder forgets the recording, without another word.
  var isAbandoned: Bool { get }
  /// The client has its ending, so nothing is left to be decoded.
  var isOver: Bool { get }
  /// What is to be made, the first time or in place of a process that died; `nil` when nothing is
  /// left.
  ///
  /// What was granted to one that died is void.
  func beginDecoding() -> DecodingRequest?
  /// Pictures that may be made from now on, in addition; 0 for none.
  ///
  /// A process at rest waits for the next grant: a client that wants all says so at once.
  func takeGrant() -> Int
  /// A slot before which the decoder is to end now, since another goes on from there; said once.
  ///
  /// It is to be told before pictures of that slot can have been granted.
  func takeCut() -> Int?
  /// The recording was opened; said again by a process that goes on for another.
  func begin(_ description: PreviewDescription)
  /// The next picture.
  func append(_ picture: DecodedPicture)
  /// The recording should be decoded in one go: a process that began at a later slot would give other
  /// pictures of it, or read all that lies before.
  ///
  /// Said before ``begin(_:)``, or later where it is found out later.
  func mustNotDivide()
  /// What it took so far since the recording was opened: said before the last picture of each grant
  /// and before the end.
  func note(_ statistics: DecodingStatistics)
  /// Nothing more will come.
  func finish(_ result: DecodingResult)
}

extension DecodingClient {
  /// Most don't divide.
  public func mustNotDivide() {}
  /// Most don't divide.
  public func takeCut() -> Int? { nil }
  /// Most don't count.
  public func note(_ statistics: DecodingStatistics) {}
}

/// A recording on its way to a decoder: opened here, decoded there.
public struct DecodingJob: Sendable {
  /// Who gets the pictures.
  public let client: any DecodingClient
  /// The recording, open for reading.
  public let recording: SharedDescriptor

  /// Puts both together.
  public init(client: any DecodingClient, recording: SharedDescriptor) {
    self.client = client
    self.recording = recording
  }
}

/// How the decoding of a recording ended.
public struct DecodingResult: Sendable {
  /// With an end of its own, or with none.
  public enum Ending: Equatable, Sendable {
    /// As far as it went.
    case end(PreviewEnd)
    /// There is nothing to be had of the recording.
    case failure(PreviewFailure)
  }

  /// How it ended.
  public var ending: Ending
  /// What it took; `nil` when the process died, or none was needed.
  public var statistics: DecodingStatistics?
  /// Where the recording's key pictures lie, if that was asked for and is known now.
  public var keyMap: [UInt8]?
  /// What became of the process, where that was the recording's doing.
  public var cause: ProcessFailure.Cause?

  /// An ending about which nothing more is known.
  public init(_ ending: Ending) { self.ending = ending }
}
