// SPDX-License-Identifier: Apache-2.0
public import Decoders
public import Media
public import Outputs

/// What a run makes of every recording.
public struct BatchSettings: Sendable {
  /// Which pictures; title and key map are each recording's own.
  public var request: DecodingRequest
  /// Makes the outputs of a recording, not begun; called on the recording's own thread.
  public var outputs: @Sendable (FoundRecording) throws(MediaError) -> OutputSet
  /// Says where a recording's outputs go, and which there are: two runs that say the same text make
  /// the same files.
  public var place: @Sendable (FoundRecording) -> String
  /// How to decode.
  public var decoders: DecoderSettings
  /// Where pictures are kept until the outputs are whole; `nil` where they are shown as they come,
  /// for pipes and a pace.
  public var state: StateFolder?
  /// So many times real time, or as fast as they come.
  public var pace: Double?
  /// Outputs that are there already, as they would become, are made again.
  public var repeats = false
  /// Somebody looks at how far the run has come.
  public var countsPictures = false
  /// Only says what would be done.
  public var isRehearsal = false

  /// Settings for a run that keeps its state.
  public init(
    request: DecodingRequest, decoders: DecoderSettings, state: StateFolder?,
    place: @escaping @Sendable (FoundRecording) -> String,
    outputs: @escaping @Sendable (FoundRecording) throws(MediaError) -> OutputSet
  ) {
    self.request = request
    self.decoders = decoders
    self.state = state
    self.place = place
    self.outputs = outputs
  }

  /// Changes whenever the same settings give other bytes.
  private static let engine = "1"

  /// Names what the settings make of a recording.
  func id(of recording: FoundRecording, key: ContentKey) -> String {
    var request = request
    request.pictures.title = nil
    request.keyMap = nil
    var hash = FNV1a()
    // The words in which a decoder is asked: what is new in them and not asked for changes nothing.
    let words = WorkerMessage.open(job: 0, request: request).frame.payload
    for part in [
      Array(Self.engine.utf8), Array("\(key)".utf8), words, Array(place(recording).utf8),
    ] {
      hash.add(part)
      hash.add([0])
    }
    return Hexadecimal.text(hash.value)
  }
}
