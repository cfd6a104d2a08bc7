// SPDX-License-Identifier: Apache-2.0

/// A component whose data leaves by a box named `outbox`.
public protocol Source: Component {
  /// What it sends.
  associatedtype Output
  /// Where its data leaves.
  var outbox: Outbox<Output> { get }
}

/// A component whose data comes in by a box named `inbox`.
public protocol Sink: Component {
  /// What it receives.
  associatedtype Input
  /// Where its data comes in.
  var inbox: Inbox<Input> { get }
}

/// Components in a row, each linked to the next: what `Pipeline` is built from.
public struct Stages<Input, Output> {
  var seeds: [Seed]
  /// Boxes to be joined, of one message type each.
  var joints: [(source: Box, sink: Box)]
  var first: Inbox<Input>?
  var last: Outbox<Output>?
}

/// Builds a row of components; two neighbours whose messages differ in type don't compile.
@resultBuilder
public enum PipelineBuilder {
  /// A row that begins with a source of its own.
  public static func buildPartialBlock<C: Source>(first component: sending C)
    -> Stages<Never, C.Output>
  {
    let outbox = component.outbox
    return Stages(seeds: [Seed(component)], joints: [], first: nil, last: outbox)
  }

  /// A row that is fed from outside and has one component as yet.
  public static func buildPartialBlock<C: Source & Sink>(first component: sending C)
    -> Stages<C.Input, C.Output>
  {
    let (inbox, outbox) = (component.inbox, component.outbox)
    return Stages(seeds: [Seed(component)], joints: [], first: inbox, last: outbox)
  }

  /// The row with one more component behind it.
  public static func buildPartialBlock<Input, C: Source & Sink>(
    accumulated row: Stages<Input, C.Input>, next component: sending C
  ) -> Stages<Input, C.Output> {
    let outbox = component.outbox
    let joints = row.joints + joint(row.last, component.inbox)
    return Stages(
      seeds: row.seeds + [Seed(component)], joints: joints, first: row.first, last: outbox)
  }

  /// The row with a component behind it that sends nothing on.
  public static func buildPartialBlock<Input, C: Sink>(
    accumulated row: Stages<Input, C.Input>, next component: sending C
  ) -> Stages<Input, Never> {
    let joints = row.joints + joint(row.last, component.inbox)
    return Stages(seeds: row.seeds + [Seed(component)], joints: joints, first: row.first, last: nil)
  }

  private static func joint<Message>(
    _ outbox: Outbox<Message>?, _ inbox: Inbox<Message>
  ) -> [(source: Box, sink: Box)] {
    outbox.map { [($0, inbox)] } ?? []
  }
}
