// SPDX-License-Identifier: Apache-2.0

/// What travels from a `signal` outbox to a `control` inbox.
public enum Signal: Sendable {
  /// Finish what is queued, pass it on, end.
  case producerFinished
  /// End now, pass it on.
  case shutdown
  /// A component ended by an error.
  case failed(Failure)
}

/// An error that ended a component, with the component's name.
public struct Failure: Error, CustomStringConvertible {
  /// Name of the component.
  public let component: String
  /// What it threw.
  public let error: any Error
  /// Messages waiting in its inboxes at that moment, by name.
  public let depths: [(inbox: String, count: Int)]

  /// Component, error and what waited, on one line.
  public var description: String {
    let waiting = depths.map { "\($0.inbox) \($0.count)" }.joined(separator: ", ")
    return "\(component): \(error)" + (waiting.isEmpty ? "" : " (waiting: \(waiting))")
  }
}

/// How a component ended.
public enum Outcome: Sendable {
  /// Its `main` returned, or its body said it was finished.
  case finished
  /// It threw.
  case failed(Failure)
}
