// SPDX-License-Identifier: Apache-2.0

/// Makes a component of a function: each message becomes another one.
///
/// ```swift
/// scheduler.activate(try Pipeline {
///   ConsoleReader()
///   Map { (line: String) in line.uppercased() }
///   ConsoleWriter()
/// })
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | what the function takes |
/// | `outbox` | what it gives |
///
/// It ends when its input does, with `producerFinished` on `signal`, or by what the function throws,
/// with `failed`.
public final class Map<Input, Output>: CallbackComponent, Source, Sink {
  /// What the function takes.
  public let inbox = Inbox<Input>()
  /// What it gives.
  public let outbox = Outbox<Output>()
  private let transform: (sending Input) throws -> sending Output

  /// A component around a function, which is called for one message after the other.
  public init(_ transform: sending @escaping (sending Input) throws -> sending Output) {
    self.transform = transform
  }

  override public func mainBody() throws -> Turn {
    while !outbox.isFull, let message = inbox.take() { outbox.post(try transform(message)) }
    return .pause
  }
}
