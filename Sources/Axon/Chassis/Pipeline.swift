// SPDX-License-Identifier: Apache-2.0

/// Components in a row, as in a Unix pipe; a component itself.
///
/// ```swift
/// let player = try Pipeline {
///   OggFileReader(path: file)
///   VorbisDecoding()
///   Playing(drivers: ["alsa"])
/// }
/// ```
/// Its `inbox` feeds the first component, the last one's data leaves by its `outbox`. The components
/// start when it is activated; it ends when all of them have ended, by the first error that one of
/// them threw.
public final class Pipeline<Input, Output>: Component, Source, Sink {
  /// Feeds the first component.
  public let inbox = Inbox<Input>()
  /// Where the last component's data leaves.
  public let outbox = Outbox<Output>()
  private let seeds: [Seed]
  private var failure: Failure?

  /// Links the components; none starts yet.
  ///
  /// - Throws: ``LinkError`` when a component's boxes are linked already, and what making a component
  ///   throws.
  public init(@PipelineBuilder _ build: () throws -> Stages<Input, Output>) throws {
    let stages = try build()
    seeds = stages.seeds
    super.init()
    for joint in stages.joints { try join(joint.source, joint.sink) }
    if let first = stages.first { try link(inbox, to: first) }
    if let last = stages.last { try link(last, to: outbox) }
  }

  override public func main() async throws {
    for seed in seeds { activate(seed) }
    await childrenEnded()
    if let failure { throw failure.error }
  }

  override public func childEnded(_ child: Handle, _ outcome: Outcome) {
    if case .failed(let failure) = outcome, self.failure == nil { self.failure = failure }
  }
}
