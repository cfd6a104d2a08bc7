// SPDX-License-Identifier: Apache-2.0
internal import Decoders

/// How the slots of a recording were served, counted by the pictures themselves, whoever made them.
struct PictureTally: Equatable {
  /// Slots with a picture.
  private(set) var served = 0
  /// Of them, those decoded from damaged data.
  private(set) var damaged = 0
  /// Of them, those whose picture is so far off that nearer ones must be lost.
  private(set) var far = 0
  /// Slots without a picture before one that has one.
  private(set) var gaps = 0

  /// Counts from so many on, of which nothing more is known.
  init(served: Int = 0) { self.served = served }

  /// A picture, and how many slots before it have none.
  mutating func count(_ picture: DecodedPicture, gap: Int) {
    served += 1
    gaps += gap
    if picture.isDamaged { damaged += 1 }
    if picture.isFar { far += 1 }
  }
}
