// SPDX-License-Identifier: Apache-2.0
import Media

/// A picture and what is to be said of it.
struct ReceivedPicture: Sendable {
  /// One complete JPEG.
  let jpeg: [UInt8]
  /// Of the picture itself, from the recording's start.
  let time: Duration
  /// Number of its slot, on the grid that begins at 0 s.
  let slot: Int
  /// Which picture of the answer it is, from 1, slots left out included.
  let place: Int
  /// How many the answer is going to have, where that is known.
  let places: Int?
  /// The recording is still being recorded.
  var isGrowing = false
  /// The recording's title.
  let title: String
}
