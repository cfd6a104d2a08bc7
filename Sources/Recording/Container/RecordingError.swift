// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Why a recording, or what was wanted of it, can't be had: which file, what is wrong, what to do.
public struct RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// There is no such file.
    case missing
    /// The file may not be read.
    case notPermitted
    /// A directory, pipe or device: it can't be read at any place.
    case notAFile
    /// A file of no bytes.
    case empty
    /// No container that can be read begins here.
    case notARecording
    /// An MP4 whose list of pictures (`moov`) was never written, or was cut off.
    case unfinishedMP4
    /// Sound, but no moving picture; a cover counts as none.
    case soundOnly
    /// Neither picture nor sound, data only.
    case noVideo
    /// A picture is announced, but nothing tells its size: scrambled, or begins nowhere.
    case scrambled
    /// The picture's coding is known by name, but there is no decoder for it.
    case unknownCodec(String)
    /// Nothing in it could be decoded.
    case nothingDecoded
    /// Reading made no progress for this many seconds.
    case stalled(seconds: Int)
    /// The system said no, by this `errno`.
    case system(operation: String, code: Int32)
    /// A library call failed where only a lack of memory explains it.
    case outOfMemory
    /// It is being recorded, and what was asked for isn't there yet: no failure, only too early.
    case notRecordedYet
    /// It was being recorded, and became shorter meanwhile.
    case cutShort
    /// A picture came out that can't be scaled or coded: what the step said.
    case unusablePicture(String)
  }

  /// The recording, as it was named to us.
  public let name: String
  /// What is wrong with it.
  public let reason: Reason

  /// States one failure.
  public init(name: String, reason: Reason) {
    self.name = name
    self.reason = reason
  }

  /// The whole sentence: "a.mp4: holds no list of its pictures: ...".
  public var description: String { "\(name): \(reason.sentence)" }
}

extension RecordingError.Reason {
  /// What is wrong and what to do, without the name.
  public var sentence: String {
    switch self {
    case .missing: "no such file: check the name"
    case .notPermitted: "may not be read: check its permissions"
    case .notAFile: "is not a plain file: give a file, not a directory, pipe or device"
    case .empty: "is empty: wait until something is recorded"
    case .notARecording: "is not a recording, or its beginning is lost: give a video file"
    case .unfinishedMP4:
      "is an MP4 without its list of pictures (moov): let the writing program finish, or repair it"
    case .soundOnly: "holds sound only: give a recording with a moving picture"
    case .noVideo: "holds no picture: give a recording with a moving picture"
    case .scrambled:
      "holds pictures that nothing describes: it is scrambled or too short; record it descrambled"
    case .unknownCodec(let codec): "is coded as \(codec), which can't be decoded here: convert it"
    case .nothingDecoded: "none of its pictures can be decoded: it is damaged; record it again"
    case .stalled(let seconds): "could not be read on for \(seconds) s: it is damaged; leave it out"
    case .system(let operation, let code):
      "\(operation): \(unsafe String(cString: strerror(code))): check the disk"
    case .outOfMemory: "not enough memory: close something"
    case .notRecordedYet: "isn't recorded yet: wait until there is more"
    case .cutShort: "was cut short while it was being recorded: record it again"
    case .unusablePicture(let why): "its pictures can't be scaled: \(why)"
    }
  }
}
