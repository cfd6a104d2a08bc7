// SPDX-License-Identifier: Apache-2.0

/// Makes the end of a row of a function: it is called with each message.
///
/// ```swift
/// ForEach { (count: Int) in total += count }
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | what the function takes |
///
/// It ends when its input does, with `producerFinished` on `signal`, or by what the function throws,
/// with `failed`.
public final class ForEach<Input>: CallbackComponent, Sink {
  /// What the function takes.
  public let inbox = Inbox<Input>()
  private let body: (sending Input) throws -> Void

  /// A component around a function, which must not block.
  public init(_ body: sending @escaping (sending Input) throws -> Void) { self.body = body }

  override public func mainBody() throws -> Turn {
    while let message = inbox.take() { try body(message) }
    return .pause
  }
}
