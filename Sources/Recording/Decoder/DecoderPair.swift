// SPDX-License-Identifier: Apache-2.0

/// A recording's two decoders: one for single key pictures, one for runs.
///
/// So that a run goes on though a key picture was decoded in between, and each keeps its own settings:
/// only key pictures are decoded at reduced size and without smoothing. Each is opened when it is
/// first needed.
final class DecoderPair {
  private let container: Container
  private let keys: Decoder
  private var runs: Decoder?
  private var runner: RunDecoder?

  /// Opens the decoder of key pictures.
  ///
  /// - Throws: ``RecordingError``: unknown codec, out of memory.
  init(container: Container, reduction: Int) throws(RecordingError) {
    self.container = container
    keys = try Decoder(container: container, use: .keyPictures(reduction: reduction))
  }

  /// A packet after each key picture should be at hand.
  var mayComeInFields: Bool { keys.mayComeInFields }
  /// A run was begun once.
  var isRunning: Bool { runner != nil }
  /// Pictures decoded so far.
  var decodedCount: Int { keys.decodedCount + (runs?.decodedCount ?? 0) }

  /// Decodes one key picture alone.
  ///
  /// - Returns: `nil` where the packet gives no picture.
  /// - Throws: ``RecordingError``: what `follower` throws, out of memory.
  func keyPicture(
    _ packet: Packet, follower: () throws(RecordingError) -> Packet?
  ) throws(RecordingError) -> Frame? {
    try keys.keyPicture(packet, follower: follower)
  }

  /// The decoder of runs.
  ///
  /// - Parameter showsAll: Also what was begun without a key picture; counts when first asked for.
  /// - Returns: The same each time.
  /// - Throws: ``RecordingError``: unknown codec, out of memory.
  func run(showsAll: Bool) throws(RecordingError) -> RunDecoder {
    if let runner { return runner }
    let decoder = try Decoder(container: container, use: .runs(showsAll: showsAll))
    let made = RunDecoder(container: container, decoder: decoder)
    runs = decoder
    runner = made
    return made
  }
}
