// SPDX-License-Identifier: Apache-2.0

extension Supervisor {
  /// Starts the children whose time has come, in order, once nobody is still to end before.
  func startWhatIsDue() {
    for place in wards.indices where mayStart {
      // A factory that fails is due again at once, unless that was once too often.
      while verdict == nil, case .due(let moment) = wards[place].state, moment <= now {
        start(place)
      }
    }
  }

  /// With other strategies than one for one, what is stopped has ended before anything starts.
  private var mayStart: Bool {
    verdict == nil && !wards.contains { if case .stopping = $0.state { true } else { false } }
  }

  private func start(_ place: Int) {
    let ward = wards[place]
    ward.state = .live
    do {
      let child = try ward.start(under: self)
      child.count(restarts: ward.starts)
    } catch {
      scheduler.onFault(Failure(component: handle.name, error: error, depths: []))
      ended(place, "child \(place + 1)", error)
    }
    if ward.starts > 0 { handle.count(restarts: handle.restarts + 1) }
    ward.starts += 1
  }

  /// A child has ended, or couldn't be made: decides what becomes of it and of the others.
  func ended(_ place: Int, _ name: String, _ error: (any Error)?) {
    let ward = wards[place]
    if case .stopping = ward.state {
      if ward.restart == .never { endForGood(ward) } else { ward.state = .due(resumption) }
      return
    }
    guard ward.wantsRestart(failed: error != nil) else { return endForGood(ward) }
    guard let recent = limit.restart(at: now) else {
      verdict = .tooManyRestarts(limit, child: name, last: error)
      return
    }
    let delay = backOff.delay(recent: recent)
    resumption = now + delay
    ward.state = .due(resumption)
    if delay > .zero { wake(after: delay) }
    stopOthers(than: place)
  }

  /// Stops the children that are to be started again with this one.
  private func stopOthers(than place: Int) {
    let others: ArraySlice<Ward> =
      switch strategy {
      case .oneForOne: []
      case .oneForAll: wards[...]
      case .restForOne: wards[(place + 1)...]
      }
    for other in others {
      switch other.state {
      case .live:
        other.state = .stopping
        other.child?.stop()
      // Due from an earlier fault: it waits for this one.
      case .due: other.state = .due(resumption)
      case .stopping, .ended: break
      }
    }
  }

  private func endForGood(_ ward: Ward) {
    ward.state = .ended
    ward.close()
  }
}
