// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Plays sound through libao: `Playback` as a component, on a thread of its own because it blocks.
///
/// ```swift
/// let listening = try Pipeline {
///   OggFileReader(path: "song.ogg")
///   VorbisDecoding()
///   Playing(drivers: ["pulse", "alsa"])
/// }
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | blocks of samples, a few of them: the device sets the pace of whoever sends |
/// | `outbox` | after each block, the length of all that was given to the device |
///
/// It ends when the blocks do, after the device has taken the last one and a file is whole; or with
/// ``MediaError`` where no device can be opened or one fails.
public final class Playing: ThreadedComponent, Source, Sink {
  /// Blocks of samples.
  public let inbox = Inbox<SoundBlock>(capacity: 8)
  /// Length of the sound played so far.
  public let outbox = Outbox<Duration>()
  private let drivers: [String]
  private let file: String?
  private var played: Duration = .zero

  /// A player; the device is opened by the first block.
  ///
  /// - Parameters:
  ///   - drivers: Names of libao's drivers; the first that opens is taken.
  ///   - file: Where drivers that write files write.
  public init(drivers: [String], file: String? = nil) {
    precondition(!drivers.isEmpty, "playing needs a driver's name")
    self.drivers = drivers
    self.file = file
  }

  /// Goes on when nobody asks how far it is.
  override public var stopsWhenUnheard: Bool { false }

  override public func threadMain() throws {
    var playback: Playback?
    while let block = inbox.blockingNext() {
      let open = try playback ?? firstThatOpens(for: block)
      playback = open
      try open.play(block)
      guard block.channels > 0, block.rate > 0 else { continue }
      played += .samples(Int64(block.samples.count / block.channels), rate: block.rate)
      outbox.blockingSend(played)
    }
    try playback?.close()
  }

  private func firstThatOpens(for block: SoundBlock) throws(MediaError) -> Playback {
    var problems: [MediaError] = []
    for driver in drivers {
      do {
        let playback = try Playback(driver: driver, file: file)
        try playback.open(rate: block.rate, channels: block.channels)
        return playback
      } catch {
        problems.append(error)
      }
    }
    if problems.count == 1 { throw problems[0] }
    throw MediaError(
      operation: "play through", subject: drivers.joined(separator: " or "),
      reason: problems.map { "\($0.subject): \($0.reason)" }.joined(separator: "; "))
  }
}
