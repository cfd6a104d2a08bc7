// SPDX-License-Identifier: Apache-2.0
import Arguments
import Axon
import Batch
import Glibc
import Media
import Outputs

/// What the command line chose to be made of each recording, and where.
///
/// From any thread.
final class ChosenOutputs: Sendable {
  private let values: ExtractValues
  private let names: OutputNames
  /// Folders that were cleared of what a killed run left half-written.
  private let swept = Guarded<Set<String>>([])

  init(_ values: ExtractValues, _ recordings: [FoundRecording]) {
    self.values = values
    let place =
      values.isBeside ? OutputNames.Place.beside : .folder(Self.absolute(values.output ?? "."))
    names = OutputNames(place, recordings: recordings, mayGrow: false)
  }

  /// Where they go, and which there are, in words.
  func place(of recording: FoundRecording) -> String {
    let place = names.pictureFolder(of: recording)
    return "\(Self.absolute(place)) \(values.formats) \(values.grid)"
  }

  func outputs(of recording: FoundRecording) throws(MediaError) -> OutputSet {
    let output = values.output ?? "."
    if output == "-" {
      return OutputSet([
        OutputSet.Part(FrameStreamOutput(.descriptor(STDOUT_FILENO, name: "standard output")))
      ])
    }
    if output.hasSuffix(".pvs") { return OutputSet([OutputSet.Part(FrameStreamOutput(.file(output)))]) }
    let folder = names.pictureFolder(of: recording)
    try prepare(names.folder(of: recording))
    return OutputSet([
      OutputSet.Part(PictureFolderOutput(folder, appearsAsItGrows: values.pace != .asap))
    ])
  }

  private func prepare(_ folder: String) throws(MediaError) {
    try OutputFile.makeFolder(folder)
    guard swept.withLock({ $0.insert(folder).inserted }) else { return }
    for draft in Drafts.abandoned(in: folder) { _ = Drafts.remove(draft) }
  }

  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let current = unsafe getcwd(nil, 0) else { return path }
    defer { unsafe free(current) }
    return unsafe String(cString: current) + "/" + path
  }
}
