// SPDX-License-Identifier: Apache-2.0
import Animation
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
      values.isBeside ? OutputNames.Place.beside : .folder(Self.absolute(values.folder))
    names = OutputNames(place, recordings: recordings, mayGrow: values.watches)
  }

  /// Where they go, which there are and what shapes them, in words.
  func place(of recording: FoundRecording) -> String {
    let plan = plan(for: recording)
    return plan.places(for: name(of: recording)).map { "\(Self.absolute($0.path)) \($0.choice)" }
      .joined(separator: "\n")
  }

  func outputs(of recording: FoundRecording) throws(MediaError) -> OutputSet {
    let plan = plan(for: recording)
    for place in plan.places(for: name(of: recording)) where place.path != "-" {
      sweep(besides: place.path)
    }
    return try plan.outputs(for: name(of: recording), animation: { AnimationOutput($0) })
  }

  private func plan(for recording: FoundRecording) -> OutputPlan {
    var choices = values.choices
    // One folder holds the pictures of one recording in one width.
    for index in choices.indices
    where choices[index].kind == .jpeg && choices[index].path == nil
      && values.pictures.widths.count == 1
    {
      choices[index].path = names.pictureFolder(
        of: recording, isShared: choices.count > 1)
    }
    var plan = OutputPlan(choices, in: names.folder(of: recording))
    plan.widths = values.pictures.widths
    plan.interval = values.pictures.interval
    plan.quality = values.pictures.quality
    plan.appearsAsItGrows = values.pace != .asap || values.follows
    return plan
  }

  /// What outputs are named after: an ending is taken off again.
  private func name(of recording: FoundRecording) -> String {
    names.stem(of: recording) + ".recording"
  }

  private func sweep(besides path: String) {
    guard let slash = path.lastIndex(of: "/") else { return }
    let folder = String(path[..<slash])
    guard swept.withLock({ $0.insert(folder).inserted }) else { return }
    for draft in Drafts.abandoned(in: folder) { _ = Drafts.remove(draft) }
  }

  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let current = unsafe getcwd(nil, 0) else { return path }
    defer { unsafe free(current) }
    return unsafe String(cString: current) + "/" + path
  }
}

extension ExtractValues {
  /// What is made: as it was chosen, else as the place tells.
  var choices: [OutputChoice] {
    var choices = formats
    if let output, output == "-" || output.hasSuffix(".pvs") {
      if choices.isEmpty { choices = [OutputChoice(.pvs)] }
      if choices.count == 1, choices[0].path == nil { choices[0].path = output }
    }
    return choices.isEmpty ? [OutputChoice(.jpeg)] : choices
  }

  /// The folder for what has no place of its own.
  var folder: String {
    guard let output, output != "-" else { return "." }
    guard output.hasSuffix(".pvs") else { return output }
    guard let slash = output.lastIndex(of: "/") else { return "." }
    return slash == output.startIndex ? "/" : String(output[..<slash])
  }

  /// A place was given for one output of one recording.
  var hasOwnPlace: Bool { choices.contains { $0.path != nil } }
}
