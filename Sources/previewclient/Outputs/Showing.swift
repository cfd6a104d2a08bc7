// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Terminal

/// Draws pictures, on a thread of its own: a terminal that is slow, or held, never stops the network.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | pictures, and word that the window has changed |
///
/// On a terminal the newest picture wins; elsewhere none is left out. It ends when no more come, or
/// with `TerminalError` or `MediaError`; the terminal is put back in any case.
final class Showing: ThreadedComponent, Sink {
  enum Message: Sendable {
    case picture(ReceivedPicture)
    /// The window has changed: the picture must be drawn anew.
    case redraw
  }

  let inbox: Inbox<Message>
  private let mode: RenderMode
  private let newestWins: Bool
  private var rate = ArrivalRate()

  init(_ mode: RenderMode) {
    self.mode = mode
    newestWins = isatty(STDOUT_FILENO) != 0
    inbox = newestWins ? Inbox(capacity: 4, whenFull: .dropOldest) : Inbox(capacity: 2)
  }

  override func threadMain() throws {
    // The screen is taken when there is something to show: a complaint stays where it is read.
    guard var current = nextPicture(instead: nil) else { return }
    let decoder = try JPEGDecoder()
    var session = try TerminalSession(mode: mode)
    var (decoded, area) = (try decode(current, decoder, session.size), session.size)
    var isNew = true
    while true {
      if isNew || area != session.size {
        (decoded, area) = (try decode(current, decoder, session.size), session.size)
      }
      try session.show(
        pixels: decoded.pixels, width: decoded.width, height: decoded.height,
        status: status(of: current))
      let shown = current
      guard let next = nextPicture(instead: shown) else { return }
      isNew = next.slot != shown.slot
      current = next
      _ = session.takeChange()
    }
  }

  /// The next picture to draw, or the last one once more when the window has changed.
  private func nextPicture(instead last: ReceivedPicture?) -> ReceivedPicture? {
    var newest: ReceivedPicture?
    while newest == nil || (newestWins && !inbox.isEmpty) {
      guard let message = inbox.blockingNext() else { return newest }
      switch message {
      case .picture(let picture):
        newest = picture
        rate.note()
      case .redraw: newest = newest ?? last
      }
    }
    return newest
  }

  /// No more pixels than the screen has.
  private func decode(
    _ picture: ReceivedPicture, _ decoder: JPEGDecoder, _ size: ScreenSize
  ) throws(MediaError) -> RGBPicture {
    try decoder.decode(
      picture.jpeg,
      fitting: (size.columns * size.cellWidth, size.rows * size.cellHeight))
  }

  private func status(of picture: ReceivedPicture) -> StatusLine {
    StatusLine(
      title: picture.title, time: picture.time, slot: picture.place, slots: picture.places,
      isGrowing: picture.isGrowing, frameByteCount: picture.jpeg.count, rate: rate.perSecond)
  }
}

/// How often pictures come, over the last few.
struct ArrivalRate {
  private var moments: [ContinuousClock.Instant] = []

  mutating func note(at moment: ContinuousClock.Instant = .now) {
    moments = moments.suffix(8) + [moment]
  }

  /// Pictures a second; `nil` before the second one.
  var perSecond: Double? {
    guard let first = moments.first, let last = moments.last, last > first else { return nil }
    return Double(moments.count - 1) / ((last - first) / .seconds(1))
  }
}
