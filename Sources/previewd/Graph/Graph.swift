// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Internet

/// `previewd graph`: prints what a running server looks like inside; the exit code.
func graph(_ values: GraphValues) -> Int32 {
  signal(SIGPIPE, SIG_IGN)
  let outcome = Portrait.Outcome()
  // Its faults are told below, in the words of the command.
  let scheduler = Scheduler(onFault: { _ in })
  let (host, port) = (values.place.host, UInt16(values.place.port))
  let client = TCPClient(host: host, port: port)
  let portrait = Portrait(of: values.place, isGraph: values.isDot, into: outcome)
  do {
    try link(client.outbox, to: portrait.inbox)
    try link(portrait.outbox, to: client.inbox)
    try link(client.signal, to: portrait.connectionEnded)
  } catch {
    complain("previewd: \(error)")
    return 1
  }
  scheduler.activate(portrait)
  scheduler.activate(client)
  scheduler.run()
  switch outcome.result {
  case .success(let text):
    print(text, terminator: "")
    return 0
  case .failure(let problem):
    complain("previewd: \(host):\(port): \(problem.reason)")
    return 69
  }
}

/// Asks a server for its picture and takes it whole.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | what the server says |
/// | `outbox` | the request, a line |
/// | `connectionEnded` | how the connection ended |
///
/// It ends with the server's stream, or when the server takes too long.
final class Portrait: Component, Sink, Source {
  struct Problem: Error {
    let reason: String
  }

  /// What came of it; read when the scheduler has ended.
  final class Outcome: @unchecked Sendable {
    // Unchecked: written by the component and read when its scheduler no longer runs.
    var result: Result<String, Problem> = .failure(Problem(reason: "it says nothing"))
  }

  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  let connectionEnded = Inbox<Signal>(capacity: 1)
  private let place: Place
  private let isGraph: Bool
  private let outcome: Outcome
  private static let patience = Duration.seconds(5)
  private static let byteLimit = 64 << 20
  private static let isSilent =
    "no answer within 5 seconds: give the port that the server was told to --introspect"

  init(of place: Place, isGraph: Bool, into outcome: Outcome) {
    self.place = place
    self.isGraph = isGraph
    self.outcome = outcome
  }

  /// The server may close before the request has gone out.
  override var stopsWhenUnheard: Bool { false }

  override func main() async throws {
    do {
      outcome.result = .success(try check(try await answer()))
    } catch let problem as Problem {
      outcome.result = .failure(problem)
    }
  }

  private func answer() async throws -> Bytes {
    outbox.post(Bytes((isGraph ? "graph\n" : "tree\n").utf8))
    let deadline = now + Self.patience
    scheduler.wake(handle, at: deadline)
    var answer = Bytes()
    while !isStopping {
      while let bytes = inbox.take() { answer += bytes }
      if case .failed(let failure) = connectionEnded.take() {
        let reason = (failure.error as? InternetError)?.reason ?? "\(failure.error)"
        throw Problem(reason: reason + ": start the server with --introspect \(place.port)")
      }
      if inbox.isFinished, inbox.isEmpty { return answer }
      if now >= deadline { throw Problem(reason: Self.isSilent) }
      if answer.count > Self.byteLimit { throw Problem(reason: "it says more than is sensible") }
      await pause()
    }
    throw Problem(reason: "interrupted")
  }

  /// The text, if it is what was asked for, with nothing in it that would do something to a terminal.
  private func check(_ answer: Bytes) throws(Problem) -> String {
    let text = String(decoding: answer, as: UTF8.self)
    if text.hasPrefix("ERROR ") { throw Problem(reason: String(text.dropFirst(6).prefix(200))) }
    guard text.hasPrefix(isGraph ? "digraph" : "Axon: ") else {
      throw Problem(
        reason: "what listens there tells nothing of itself: give the port of --introspect")
    }
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { scalar in
          scalar == "\n"
            || ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
              scalar.properties.generalCategory)
        }))
  }
}
