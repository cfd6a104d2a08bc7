// SPDX-License-Identifier: Apache-2.0

/// Stands between a component that speaks in messages and one that speaks in bytes, in both directions.
///
/// ```swift
/// let marshaller = Marshaller(CountedCodec(MIMEDictionaryCodec()))
/// try link(asking.outbox, to: marshaller.marshall)
/// try link(marshaller.marshalled, to: client.inbox)
/// try link(client.outbox, to: marshaller.demarshall)
/// try link(marshaller.demarshalled, to: asking.inbox)
/// ```
/// | box | what travels |
/// |---|---|
/// | `marshall` | messages to be written |
/// | `marshalled` | the bytes of each, in one piece |
/// | `demarshall` | bytes to be read, cut as the codec permits |
/// | `demarshalled` | the messages in them |
///
/// Each direction ends by itself: at the end of what comes in, after the last message, the box behind
/// it finishes; where nobody listens any more, those who send into it learn so. It ends when both have
/// (one that was never linked counts as ended), or with what the codec throws.
public final class Marshaller<C: Codec>: CallbackComponent {
  /// Messages to be written.
  public let marshall = Inbox<C.Message>()
  /// The bytes of each.
  public let marshalled = Outbox<Bytes>()
  /// Bytes to be read.
  public let demarshall = Inbox<Bytes>()
  /// The messages in them.
  public let demarshalled = Outbox<C.Message>()
  private var codec: C
  /// Read, and not sent on for want of room.
  private var read: ArraySlice<C.Message> = []
  private var hasWrittenAll = false
  private var hasReadAll = false

  /// A marshaller that works by this codec, which is its own from now on.
  public init(_ codec: C) { self.codec = codec }

  override public func mainBody() throws -> Turn {
    if !hasWrittenAll { try write() }
    if !hasReadAll { try readOn() }
    return (hasWrittenAll || hasReadAll) && inputsAreUsedUp ? .finished : .pause
  }

  private func write() throws {
    while !marshalled.isFull, let message = marshall.take() {
      marshalled.post(try codec.marshall(message))
    }
    if marshalled.hadTarget, !marshalled.isHeard {
      marshall.close()
    } else if !(marshall.isFinished && marshall.isEmpty) {
      return
    }
    hasWrittenAll = true
    marshalled.finish()
  }

  private func readOn() throws {
    repeat {
      while let message = read.first, !demarshalled.isFull {
        demarshalled.post(message)
        read.removeFirst()
      }
      guard read.isEmpty, let bytes = demarshall.take() else { break }
      read = try codec.demarshall(bytes)[...]
    } while true
    if demarshalled.hadTarget, !demarshalled.isHeard {
      demarshall.close()
      read = []
    } else if !(demarshall.isFinished && demarshall.isEmpty && read.isEmpty) {
      return
    }
    hasReadAll = true
    demarshalled.finish()
  }
}
