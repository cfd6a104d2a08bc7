// SPDX-License-Identifier: Apache-2.0
internal import Axon

/// Where the outputs of each recording go, so that no two recordings share a name.
///
/// From any thread.
public final class OutputNames: Sendable {
  /// Where outputs go.
  public enum Place: Equatable, Sendable {
    /// Into a folder, and folders in it as the recordings lie below the folder that was named.
    case folder(String)
    /// Beside each recording, where media servers look for them.
    case beside
  }

  private let place: Place
  /// The one recording of a run: its pictures need no folder of their own.
  private let isAlone: Bool
  /// Recordings by the folder and stem that their outputs would have.
  private let taken: Guarded<[String: [String]]>

  /// Names for a run.
  ///
  /// - Parameters:
  ///   - place: Where outputs go.
  ///   - recordings: All that are known.
  ///   - mayGrow: More recordings may be found later.
  public init(_ place: Place, recordings: [FoundRecording], mayGrow: Bool) {
    self.place = place
    isAlone = recordings.count == 1 && !mayGrow
    var taken: [String: [String]] = [:]
    for recording in recordings {
      taken[Self.folder(of: recording, place) + "/" + recording.stem, default: []]
        .append(recording.path)
    }
    self.taken = Guarded(taken)
  }

  /// The folder that a recording's outputs go into.
  public func folder(of recording: FoundRecording) -> String {
    Self.folder(of: recording, place)
  }

  /// What a recording's outputs are called: its name without the ending, if no other has that.
  public func stem(of recording: FoundRecording) -> String {
    let key = folder(of: recording) + "/" + recording.stem
    return taken.withLock { taken in
      let owners = taken[key] ?? []
      if owners.isEmpty { taken[key] = [recording.path] }
      if owners.isEmpty || owners == [recording.path] { return recording.stem }
      // Two of one name from different folders: the later ones are numbered.
      let sameName = owners.filter { $0.hasSuffix("/" + recording.name) || $0 == recording.name }
      let place = sameName.firstIndex(of: recording.path) ?? 0
      return recording.name + (place > 0 ? "-\(place + 1)" : "")
    }
  }

  /// The folder that a recording's numbered pictures go into.
  ///
  /// - Parameters:
  ///   - recording: Whose pictures.
  ///   - isShared: The folder for all outputs gets others too.
  /// - Returns: The folder for all outputs where nothing else goes there, else one of its own.
  public func pictureFolder(of recording: FoundRecording, isShared: Bool) -> String {
    if isAlone, !isShared, case .folder(let folder) = place { return folder }
    let stem = stem(of: recording)
    let name = stem == recording.stem ? recording.name : stem
    return folder(of: recording) + "/" + name + (place == .beside ? ".frames" : "")
  }

  private static func folder(of recording: FoundRecording, _ place: Place) -> String {
    switch place {
    case .folder(let folder):
      return recording.folder.isEmpty ? folder : "\(folder)/\(recording.folder)"
    case .beside:
      guard let slash = recording.path.lastIndex(of: "/") else { return "." }
      return slash == recording.path.startIndex ? "/" : String(recording.path[..<slash])
    }
  }
}
