// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import Internet
public import Media

/// A component whose main runs in a child process: a crash, a hang or a memory hog in it ends it
/// alone.
///
/// ```swift
/// let decoder = ProcessComponent(ProcessSettings(program: "/usr/lib/preview/decoder"))
/// try link(questions.outbox, to: decoder.inbox)
/// try link(decoder.outbox, to: pictures.inbox)
/// scheduler.activate(decoder)
/// ```
/// The program's own main is `exit(runAsProcess { Decoder() })`, where `Decoder` is a component like
/// any other.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | frames for the child's component |
/// | `parcels` | the same, with descriptors; between the two boxes there is no order |
/// | `outbox` | frames from the child's component, all their fields as they were sent |
///
/// Heartbeat frames belong to the stream between the processes and don't pass. Both directions are
/// bounded: a child that doesn't read makes the sender wait, a sink that doesn't makes the child.
///
/// It ends when the child has: by itself, because the inboxes have finished, or because it was
/// stopped; then it is asked, sent SIGTERM and killed, with ``ProcessSettings/patience`` between.
/// `signal` says `producerFinished` after exit code 0, else `failed` with ``ProcessFailure``. What
/// had come whole by then is delivered first. Nothing of the child is left when it has ended.
public final class ProcessComponent: Component, Source, Sink {
  /// Frames for the child.
  public let inbox: Inbox<PreviewFrame>
  /// Frames for the child, with descriptors.
  public let parcels: Inbox<Parcel>
  /// Frames from the child.
  public let outbox = Outbox<PreviewFrame>()
  private let settings: ProcessSettings

  /// A process that is started when the component is activated.
  ///
  /// - Parameters:
  ///   - settings: program, arguments, limits.
  ///   - capacity: messages that wait in each inbox before senders must.
  public init(_ settings: ProcessSettings, capacity: Int = 32) {
    self.settings = settings
    inbox = Inbox(capacity: capacity)
    parcels = Inbox(capacity: capacity)
  }

  override public func main() async throws {
    if isStopping { return }
    var life = try ProcessLife(settings, of: self)
    while true {
      switch try life.turn(of: self) {
      case .again: await yield()
      case .pause: await pauseToTheEnd()
      case .over(let failure):
        if let failure { throw failure }
        return
      }
    }
  }

  /// Whether nothing will come any more for the child.
  var isFedNoMore: Bool {
    guard inbox.isFinished || parcels.isFinished else { return false }
    let isOpen =
      (inbox.isFed && !inbox.isFinished) || (parcels.isFed && !parcels.isFinished)
    return !isOpen && inbox.isEmpty && parcels.isEmpty
  }
}
