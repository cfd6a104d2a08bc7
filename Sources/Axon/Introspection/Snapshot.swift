// SPDX-License-Identifier: Apache-2.0

/// A system at one moment: its components, their boxes, what is linked with what, and what failed.
///
/// ```swift
/// print(scheduler.postman.snapshot().tree)
/// ```
/// A plain value: it can be kept, compared with a later one, and written as text in three forms
/// (`tree`, `graphviz`, `changes(since:)`).
public struct Snapshot: Sendable, Equatable {
  /// When, by the scheduler's clock.
  public var moment = Instant(nanoseconds: 0)
  /// In the order in which they were made.
  public var components: [ComponentSnapshot] = []
  /// Boxes of others, linked to those here: of plain code, or of another scheduler's components.
  public var others: [BoxSnapshot] = []
  /// Errors that have ended components since the scheduler began.
  public var faultCount = 0
  /// The last of them, oldest first.
  public var faults: [Fault] = []

  /// An empty system.
  public init() {}
}

/// A component at one moment.
public struct ComponentSnapshot: Sendable, Equatable {
  /// What it is doing.
  public enum State: Sendable, Equatable {
    /// It has its turn; on a thread of its own: it isn't waiting for its boxes.
    case running
    /// It waits for its turn.
    case awake
    /// It waits for a message in this inbox.
    case waitingForMessage(String)
    /// It waits for room in the sink of this outbox.
    case waitingForRoom(String)
    /// It waits for whatever happens.
    case pausing
    /// It waits for its time.
    case sleeping
    /// It waits for something that isn't of this system.
    case waitingOutside
  }

  /// Class and number, unique in the process: `Echo_3`.
  public var name: String
  /// Its class alone.
  public var type: String
  /// What this one is about, in its own words.
  public var annotation: String?
  /// Name of the component that started it.
  public var parent: String?
  /// How it gets its turns: `async`, `callback`, `threaded`.
  public var embodiment: String
  /// What it is doing.
  public var state: State
  /// Whether it must end, and hasn't yet.
  public var isStopping = false
  /// Children that ended by an error.
  public var failedChildren = 0
  /// How often a supervisor has started this one anew; of a supervisor, all its children.
  public var restarts = 0
  /// Declared ones first.
  public var boxes: [BoxSnapshot] = []

  /// A component without boxes.
  public init(
    name: String, type: String, parent: String? = nil, embodiment: String = "async",
    state: State = .pausing
  ) {
    self.name = name
    self.type = type
    self.parent = parent
    self.embodiment = embodiment
    self.state = state
  }
}

/// A box at one moment.
public struct BoxSnapshot: Sendable, Equatable {
  /// Unique and lasting: `Echo_3.inbox`.
  public var id: String
  /// As its component calls it.
  public var name: String
  /// Whether messages leave the component by it.
  public var isOutbox: Bool
  /// The box that it leads to, by its id.
  public var next: String?
  /// What waits in it, and what became of its messages; an outbox keeps none.
  public var statistics: BoxStatistics

  /// A box, linked to another where there is a `next`.
  public init(
    id: String, name: String, isOutbox: Bool, next: String? = nil,
    statistics: BoxStatistics = BoxStatistics()
  ) {
    self.id = id
    self.name = name
    self.isOutbox = isOutbox
    self.next = next
    self.statistics = statistics
  }
}

extension Snapshot {
  /// Every box, those of others last.
  var boxes: some Sequence<BoxSnapshot> {
    [components.lazy.flatMap(\.boxes).map { $0 }, others].joined()
  }

  /// Boxes by their id.
  var boxesByID: [String: BoxSnapshot] {
    Dictionary(boxes.lazy.map { ($0.id, $0) }) { one, _ in one }
  }
}

extension ComponentSnapshot.State: CustomStringConvertible {
  /// For people: "waits for inbox".
  public var description: String {
    switch self {
    case .running: "runs"
    case .awake: "awake"
    case .waitingForMessage(let box): "waits for \(box)"
    case .waitingForRoom(let box): "waits for room at \(box)"
    case .pausing: "pauses"
    case .sleeping: "sleeps"
    case .waitingOutside: "waits for something outside"
    }
  }
}
