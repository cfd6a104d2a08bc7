// SPDX-License-Identifier: Apache-2.0
import Arguments
import Axon
import Glibc
import Media
import Recording

/// Decodes a recording's pictures on a thread of its own.
///
/// | box | what travels |
/// |---|---|
/// | `outbox` | each slot's picture, in order, when the pace says so |
///
/// It ends at the end of what was asked for, or with `RecordingError`.
final class PictureSource: ThreadedComponent, Source {
  let outbox = Outbox<ExtractedFrame>()
  private let extractor: PreviewExtractor
  private let interval: Duration
  private let pace: Pace
  /// Told how it went.
  private let report: @Sendable (ExtractionVerdict, _ bytesRead: Int64) -> Void

  init(
    _ extractor: PreviewExtractor, interval: Duration, pace: Pace,
    report: @escaping @Sendable (ExtractionVerdict, _ bytesRead: Int64) -> Void
  ) {
    self.extractor = extractor
    self.interval = interval
    self.pace = pace
    self.report = report
  }

  override func threadMain() throws {
    defer { report(extractor.verdict, extractor.bytesRead) }
    let start = now
    var first: Int?
    while let picture = try extractor.next() {
      if first == nil { first = picture.slot }
      let offset = interval * (picture.slot - (first ?? 0))
      switch pace {
      case .asap: break
      case .realtime: sleep(until: start + offset)
      case .rate(let factor): sleep(until: start + offset / factor)
      }
      guard outbox.blockingSend(picture) else { return }
    }
  }

  private func sleep(until moment: Instant) {
    while !isStopping, now < moment {
      let left = min((moment - now).inNanoseconds, 200_000_000)
      var time = timespec(tv_sec: 0, tv_nsec: Int(left))
      unsafe nanosleep(&time, nil)
    }
  }
}
