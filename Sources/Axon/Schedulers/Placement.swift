// SPDX-License-Identifier: Apache-2.0

/// On which scheduler of a group a component is to live.
public enum Placement: Sendable {
  /// Where the component that asks lives; for plain code as `any`.
  case here
  /// Where the fewest components live; among equals, in turn.
  case any
  /// On the scheduler with this number, from 0.
  case number(Int)
  /// Where another component lives: what talks much to it saves the way between cores.
  case beside(Handle)
}

extension Component {
  /// Starts a component as a child of this one on another scheduler of the group: this one learns of
  /// its end, and ends it with itself, as with any child.
  @discardableResult
  public final func activate(_ child: sending Component, on placement: Placement) -> Handle {
    activate(Seed(child), on: placement)
  }

  /// The same for a child that arrives wrapped.
  @discardableResult
  package final func activate(_ seed: Seed, on placement: Placement) -> Handle {
    let child = unsafe scheduler.neighbour(placement).adopt(seed.take(), parent: core)
    if isStopping { child.stop() }
    return child
  }
}

extension Scheduler {
  /// The scheduler meant, seen from this one.
  func neighbour(_ placement: Placement) -> Scheduler {
    switch placement {
    case .here: return self
    case .any: return group?.leastLoaded ?? self
    case .number(let number):
      guard let group else {
        precondition(number == 0, "there is one scheduler, number 0, and no number \(number)")
        return self
      }
      return group.scheduler(number)
    case .beside(let other):
      let scheduler = other.scheduler
      precondition(
        scheduler.household === household, "\(other) lives in another system: activate it there")
      return scheduler
    }
  }
}

extension Handle {
  /// Where the component lives.
  var scheduler: Scheduler {
    switch home {
    case let scheduler as Scheduler: scheduler
    case let thread as ThreadHome: thread.scheduler
    default: preconditionFailure("\(name) lives on no scheduler")
    }
  }
}
