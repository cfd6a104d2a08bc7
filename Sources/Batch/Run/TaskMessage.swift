// SPDX-License-Identifier: Apache-2.0
internal import Decoders
internal import Media
internal import Processes

/// To a recording's task, in the order in which it happened.
enum TaskMessage: Sendable {
  /// A decoder opened the recording.
  case begun(PreviewDescription)
  case picture(DecodedPicture, of: StretchClient)
  /// The stretch that begins with `first` ends where another begins.
  case split(first: Int, at: Int)
  /// Nothing more comes of a stretch; no result where another follows it. Its processes took that,
  /// and the last one knew where these key pictures lie.
  case ended(first: Int, DecodingResult?, keyMap: [UInt8]?, DecodingStatistics)
  /// What has come can't be gone on with in another run, which would begin in the middle.
  case dependsOnHistory
  /// What has come is void: the recording must not be divided, and begins anew as it is wanted again.
  case anew(DecodingStatistics)
  /// Nothing more comes at all.
  case over
}

/// From a recording's task to the run.
enum TaskReport: Sendable {
  /// The recording is to be decoded.
  case wanted(Wanted)
  /// A picture went to the outputs; `isNew` when in this run.
  case fed(recording: Int)
  /// That was all.
  case over(recording: Int, RecordingResult)

  /// A recording on its way to the decoders.
  struct Wanted: Sendable {
    let recording: Int
    let descriptor: SharedDescriptor
    let byteCount: Int64
    let keyMap: [UInt8]?
    let stretches: Stretches
    /// Pictures of earlier runs.
    let kept: Int
  }
}
