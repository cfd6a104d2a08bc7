// SPDX-License-Identifier: Apache-2.0

/// Makes a component of a function that gives none, one or many messages for each it takes.
///
/// ```swift
/// FlatMap { (line: String) in line.split(separator: " ") }
/// ```
/// A function with a state, such as a parser, is a closure over a variable; what the parser still
/// holds when the input ends comes from `atEnd`.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | what the function takes |
/// | `outbox` | what it gives, in order |
///
/// It ends when its input does, with `producerFinished` on `signal`, or by what the function throws,
/// with `failed`.
public final class FlatMap<Input, Output: Sendable>: Component, Source, Sink {
  /// What the function takes.
  public let inbox = Inbox<Input>()
  /// What it gives.
  public let outbox = Outbox<Output>()
  private let transform: (sending Input) throws -> [Output]
  private let atEnd: () throws -> [Output]

  /// A component around a function, which is called for one message after the other.
  ///
  /// - Parameters:
  ///   - atEnd: called once when the input has ended, not when the component is told to stop.
  ///   - transform: called for each message.
  public init(
    atEnd: sending @escaping () throws -> [Output] = { [] },
    _ transform: sending @escaping (sending Input) throws -> [Output]
  ) {
    self.transform = transform
    self.atEnd = atEnd
  }

  override public func main() async throws {
    while let message = await inbox.next() { await send(try transform(message)) }
    if !isStopping { await send(try atEnd()) }
  }

  private func send(_ results: [Output]) async {
    for result in results {
      if isStopping { return }
      await outbox.send(result)
    }
  }
}
