// SPDX-License-Identifier: Apache-2.0

/// What a file's name says of its content: which files of a folder are taken for recordings.
public enum RecordingKind: Sendable {
  /// Moving pictures, usually with sound.
  case film
  /// Sound alone.
  case sound

  /// What `name` ends like; `nil` for what isn't a recording's name.
  public init?(nameOf name: some StringProtocol) {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    if Self.sounds.contains(ending) {
      self = .sound
    } else if Self.films.contains(ending) {
      self = .film
    } else {
      return nil
    }
  }

  private static let films: Set<String> = [
    "3gp", "asf", "avi", "drc", "dv", "flv", "m2t", "m2ts", "m2v", "m4v", "mkv", "mov", "mp4",
    "mpeg", "mpg", "mts", "mxf", "nut", "ogv", "ps", "rec", "rm", "ts", "vob", "webm", "wmv", "wtv",
  ]
  private static let sounds: Set<String> = [
    "flac", "m4a", "mp2", "mp3", "oga", "ogg", "opus", "wav",
  ]
}
