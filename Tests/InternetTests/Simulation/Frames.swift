// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet

/// Requests and answers that check themselves: a byte with the length, then so many bytes.
enum Frames {
  /// The requests of one client, as they go out; every byte depends on client and place.
  static func requests(_ count: Int, of client: Int) -> Bytes {
    var bytes: Bytes = []
    for number in 0..<count {
      let length = (client &* 31 &+ number &* 57) % 90
      bytes.append(UInt8(length))
      for place in 0..<length {
        bytes.append(UInt8(truncatingIfNeeded: client &* 7 ^ number &* 13 ^ place))
      }
    }
    return bytes
  }

  /// The answers to whole requests: the same length, every byte turned round.
  static func answer(_ request: ArraySlice<UInt8>) -> Bytes {
    var bytes = Bytes(request)
    for place in bytes.indices.dropFirst() { bytes[place] = ~bytes[place] }
    return bytes
  }

  /// The answers to all of them.
  static func answers(to requests: Bytes) -> Bytes {
    var reader = Reader()
    return reader.take(requests)
  }

  /// Puts requests together again, wherever they were cut.
  struct Reader {
    private var rest: Bytes = []

    /// Answers to those that are whole now.
    mutating func take(_ bytes: Bytes) -> Bytes {
      rest += bytes
      var answers: Bytes = []
      var start = 0
      while start < rest.count, rest.count - start > Int(rest[start]) {
        let end = start + 1 + Int(rest[start])
        answers += Frames.answer(rest[start..<end])
        start = end
      }
      rest.removeSubrange(..<start)
      return answers
    }
  }
}

/// The server's side: answers every request.
final class Answering: CallbackComponent, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  private var reader = Frames.Reader()
  private let tally: Tally

  init(_ tally: Tally) {
    self.tally = tally
    tally.protocols.add(1)
  }

  deinit { tally.protocols.add(-1) }

  override func mainBody() -> Turn {
    while !outbox.isFull, let bytes = inbox.take() {
      let answers = reader.take(bytes)
      if !answers.isEmpty { outbox.post(answers) }
    }
    return .pause
  }
}

/// The server's side with a fault: it takes what arrives together for one request.
final class Careless: CallbackComponent, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()

  override func mainBody() -> Turn {
    while !outbox.isFull, let bytes = inbox.take() { outbox.post(Frames.answer(bytes[...])) }
    return .pause
  }
}

/// The client's side: sends its requests piece by piece, and compares each answer at once.
final class Asking: CallbackComponent, Source, Sink {
  let inbox = Inbox<Bytes>(capacity: 2)
  let outbox = Outbox<Bytes>()
  private let client: Int
  private let requests: Bytes
  private let answers: Bytes
  private let piece: Int
  /// Turns that it lets pass before it reads on: a slow reader.
  private let dawdles: Int
  /// Bytes after which it goes away.
  private let enough: Int
  private var waited = 0
  private var sent = 0
  private var got = 0
  private var wrong: Int?
  private let tally: Tally

  init(
    _ client: Int, requests count: Int, piece: Int, dawdles: Int, enough: Int, _ tally: Tally
  ) {
    self.enough = enough
    self.client = client
    self.piece = piece
    self.dawdles = dawdles
    self.tally = tally
    requests = Frames.requests(count, of: client)
    answers = Frames.answers(to: requests)
    tally.askers.add(1)
  }

  deinit { tally.askers.add(-1) }

  /// What has arrived is still compared when the socket has gone.
  override var stopsWhenUnheard: Bool { false }

  override func mainBody() -> Turn {
    while sent < requests.count, !outbox.isFull {
      let next = min(requests.count, sent + piece)
      outbox.post(Bytes(requests[sent..<next]))
      sent = next
    }
    if sent == requests.count { outbox.finish() }
    if waited < dawdles, !inbox.isEmpty {
      waited += 1
      return .again
    }
    waited = 0
    while let bytes = inbox.take() { compare(bytes) }
    if !inbox.isFinished, got < enough { return .pause }
    tally.verdicts.withLock { $0[client] = verdict }
    return .finished
  }

  private func compare(_ bytes: Bytes) {
    let end = got + bytes.count
    if wrong == nil, end > answers.count || answers[got..<end] != bytes[...] { wrong = got }
    got = end
  }

  private var verdict: Verdict {
    if let wrong { return .wrong(at: wrong) }
    return got >= min(answers.count, enough) ? .whole : .cut(at: got, of: answers.count)
  }

  /// What a client saw.
  enum Verdict: Sendable, Equatable {
    case whole
    /// All right as far as it came.
    case cut(at: Int, of: Int)
    /// Something else came than was to be, after so many bytes.
    case wrong(at: Int)
  }
}
