// SPDX-License-Identifier: Apache-2.0

/// A box can't be linked as asked; nothing was changed.
public enum LinkError: Error, Equatable, CustomStringConvertible {
  /// The first box already leads somewhere: use a fan-out component for many sinks.
  case alreadyLinked(String)
  /// The boxes would lead round in a circle.
  case circle(String)
  /// A component of the two has ended.
  case ended(String)
  /// Its component runs on another thread, and messages may wait in it.
  case elsewhere(String)
  /// Messages wait in the first box and wouldn't fit into the second.
  case noRoom(String)

  /// Which box, and what to do.
  public var description: String {
    switch self {
    case .alreadyLinked(let box): "\(box) is linked already: unlink it first, or fan out"
    case .circle(let box): "\(box) would lead back to itself"
    case .ended(let box): "\(box) has ended"
    case .elsewhere(let box): "\(box) lives on another thread: link it onward there"
    case .noRoom(let box): "\(box) can't take the messages that wait in the inbox linked to it"
    }
  }
}

/// Two boxes joined.
///
/// The linkage lasts until `unlink()` or until either component ends.
public struct Linkage: Sendable {
  let source: Box
  let sink: Box

  /// Takes the boxes apart.
  ///
  /// What was delivered stays delivered.
  public func unlink() {
    let wasLinked = wiring.withLock { _ in
      guard source.next === sink else { return false }
      source.leaveNext()
      return true
    }
    if wasLinked { source.reroutedUpstream(sinkEnded: false) }
  }

  /// Whether the boxes are still joined.
  public var isLinked: Bool { wiring.withLock { _ in source.next === sink } }
}

/// Joins an outbox to an inbox.
///
/// - Throws: ``LinkError``; then nothing has changed.
@discardableResult
public func link<Message>(
  _ outbox: Outbox<Message>, to inbox: Inbox<Message>
) throws(LinkError) -> Linkage {
  try join(outbox, inbox)
}

/// Joins a component's inbox to that of a child: what comes for the first goes to the second.
///
/// What waits in the first moves on, in order, and so does what other threads are just sending. To be
/// called where the first one's component lives, or before that runs.
///
/// - Throws: ``LinkError``; then nothing has changed.
@discardableResult
public func link<Message>(
  _ inbox: Inbox<Message>, to child: Inbox<Message>
) throws(LinkError) -> Linkage {
  if !inbox.isWithinReach { throw .elsewhere(inbox.path) }
  if inbox.count > child.capacity - child.countForLinking { throw .noRoom(child.path) }
  let linkage = try join(inbox, child)
  wiring.withLock { _ in child.last as? Inbox<Message> }?.knock()
  return linkage
}

/// Joins a child's outbox to an outbox of its parent: what the child sends leaves by the second.
///
/// - Throws: ``LinkError``; then nothing has changed.
@discardableResult
public func link<Message>(
  _ child: Outbox<Message>, to outbox: Outbox<Message>
) throws(LinkError) -> Linkage {
  try join(child, outbox)
}

/// Joins two boxes whose messages are known to be of one type.
@discardableResult
func join(_ source: Box, _ sink: Box) throws(LinkError) -> Linkage {
  enum Verdict {
    case joined, taken, circle, ended(Box)
  }
  let verdict = wiring.withLock { _ -> Verdict in
    if source.next != nil { return .taken }
    if source.isClosed { return .ended(source) }
    if sink.isClosed { return .ended(sink) }
    if sink.last === source { return .circle }
    source.lead(to: sink)
    source.countSendersAbroad()
    if !source.isSender { sink.inherit(from: source) }
    return .joined
  }
  switch verdict {
  case .joined: break
  case .taken: throw .alreadyLinked(source.path)
  case .circle: throw .circle(source.path)
  case .ended(let box): throw .ended(box.path)
  }
  source.reroutedUpstream(sinkEnded: false)
  return Linkage(source: source, sink: sink)
}
