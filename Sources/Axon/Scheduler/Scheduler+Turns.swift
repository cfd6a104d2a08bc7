// SPDX-License-Identifier: Apache-2.0

/// A component's life on a scheduler: taken in, given turns, ended.
extension Scheduler {
  func adopt(_ component: sending Component, parent: CorePointer?) -> Handle {
    let embodiment = component.embodiment
    countPopulation(by: 1)
    if embodiment == .threaded { return unsafe adoptThreaded(component, parent: parent) }
    let core = unsafe component.coreInside
    let handle = unsafe core.enter(self, queue: queue, isCallback: embodiment == .callback)
    if let parent = unsafe parent { unsafe link(child: handle, core, to: parent) }
    if isHere { unsafe welcome(core) } else { unsafe post(.begin(core)) }
    return handle
  }

  private func link(child: Handle, _ core: CorePointer, to parent: CorePointer) {
    unsafe core.pointee.parent = unsafe parent.pointee.handle?.takeUnretainedValue()
    unsafe parent.more.children.add(child)
  }

  func welcome(_ core: CorePointer) {
    unsafe core.pointee.index = unsafe Int32(truncatingIfNeeded: members.count)
    unsafe members.append(core)
    unsafe core.component.takeUnretainedValue().adoptBoxes()
    unsafe queue.pointee.append(core)
    if isStopping { unsafe core.beginStop() }
  }

  func giveTurn(to core: CorePointer) {
    unsafe currentThread().pointee.core = unsafe core
    unsafe core.pointee.status = .running
    unsafe core.pointee.budget = turnBudget
    if unsafe core.pointee.isCallback {
      unsafe core.component._withUnsafeGuaranteedRef { component in
        unsafe callBack(unsafeDowncast(component, to: CallbackComponent.self), core)
      }
    } else {
      // Its task is made now, so that what only lives for a moment takes memory for a moment.
      if unsafe core.pointee.async == nil { unsafe AsyncCore.begin(core, home: self) }
      let outcome = unsafe core.pointee.async?._withUnsafeGuaranteedRef { async in
        unsafe async.runTurn(of: core)
      }
      if let outcome = outcome ?? nil { unsafe end(core, outcome) }
    }
  }

  @inline(__always)
  private func callBack(_ component: CallbackComponent, _ core: CorePointer) {
    unsafe core.pointee.hasEvent = false
    if unsafe core.pointee.needsCare { return unsafe callBackWithCare(component, core) }
    do {
      let turn = try component.mainBody()
      if turn == .pause, unsafe !core.pointee.hasEvent, unsafe !core.pointee.needsCare {
        unsafe core.rest()
      } else {
        unsafe carryOn(component, core, turn)
      }
    } catch {
      unsafe closeDown(component, core, error)
    }
  }

  /// A turn of a component that is new, must stop, or has an inbox that finished.
  private func callBackWithCare(_ component: CallbackComponent, _ core: CorePointer) {
    if unsafe core.pointee.isStopping, component.endsAtOnce {
      return unsafe closeDown(component, core, nil)
    }
    do {
      if unsafe !core.pointee.isInitialised {
        unsafe core.pointee.isInitialised = true
        unsafe core.pointee.needsCare =
          unsafe core.pointee.inputEnded || core.pointee.mustSettle
        try component.initialiseComponent()
      }
      unsafe carryOn(component, core, try component.mainBody())
    } catch {
      unsafe closeDown(component, core, error)
    }
  }

  private func carryOn(
    _ component: CallbackComponent, _ core: CorePointer, _ turn: CallbackComponent.Turn
  ) {
    let isIdle = unsafe turn == .pause && !core.pointee.hasEvent
    let mayEnd = unsafe core.pointee.inputEnded && component.endsWithItsInputs
    if turn == .finished || (isIdle && mayEnd && component.inputsAreUsedUp) {
      unsafe closeDown(component, core, nil)
    } else if isIdle, unsafe !core.pointee.isStopping || !component.endsAtOnce,
      unsafe !(core.pointee.mustSettle && core.settle()), unsafe !core.pointee.hasEvent
    {
      unsafe core.rest()
    } else {
      unsafe queue.pointee.append(core)
    }
  }

  private func closeDown(
    _ component: CallbackComponent, _ core: CorePointer, _ error: (any Error)?
  ) {
    let outcome = error.map { Outcome.failed(component.failure($0)) } ?? .finished
    component.closeDownComponent()
    unsafe end(core, outcome)
  }

  /// Remembers a fault, and tells of it.
  func report(_ failure: Failure) {
    faults.add(failure, at: now)
    onFault(failure)
  }

  func end(_ core: CorePointer, _ outcome: Outcome) {
    unsafe core.pointee.status = .ended
    let component = unsafe core.component.takeUnretainedValue()
    let handle = unsafe core.pointee.handle?.takeUnretainedValue()
    unsafe core.endChildren()
    component.closeBoxes(outcome)
    tracker.remove(handle)
    handle?.end(outcome)
    if case .failed(let failure) = outcome { report(failure) }
    if let parent = unsafe core.pointee.parent, let handle {
      parent.tell(childEnded: handle, outcome)
    }
    countPopulation(by: -1)
    let last = unsafe members.removeLast()
    if unsafe last != core {
      unsafe last.pointee.index = unsafe core.pointee.index
      unsafe members[Int(core.pointee.index)] = unsafe last
    }
    unsafe core.release()
  }
}

extension Component {
  /// An error that ended this component, with what a person needs to find out why.
  func failure(_ error: any Error) -> Failure {
    let name = unsafe core?.pointee.handle?.takeUnretainedValue().name ?? "\(type(of: self))"
    return Failure(component: name, error: error, depths: depths)
  }
}

extension AsyncCore {
  /// Starts a component's `main` as a task whose every job comes back to `core`.
  static func begin(_ core: CorePointer, home: Home) {
    let async = unsafe AsyncCore(core: core, home: home)
    unsafe core.pointee.async = Unmanaged.passRetained(async)
    nonisolated(unsafe) let component = unsafe core.component.takeUnretainedValue()
    let seed = unsafe Seed(component)
    async.task = Task(executorPreference: async) { await async.run(seed) }
    // A signal that waited for it may have stopped it before it began.
    if unsafe core.pointee.isStopping { async.stop() }
  }

  private nonisolated(nonsending) func run(_ seed: Seed) async {
    let component = seed.take()
    do {
      try await component.main()
      outcome = .finished
    } catch is CancellationError where component.isStopping {
      outcome = .finished
    } catch {
      outcome = .failed(component.failure(error))
    }
  }

  /// One turn; what the component ended with, if it did.
  func runTurn(of core: CorePointer) -> Outcome? {
    runTurn()
    if let outcome { return outcome }
    if hasWork {
      unsafe core.pointee.queue.unsafelyUnwrapped.pointee.append(core)
    } else {
      unsafe core.pointee.status = .idle
      if unsafe core.pointee.mustSettle, unsafe core.settle() { unsafe core.wake() }
    }
    return nil
  }
}

extension UnsafeMutablePointer<Core> {
  /// Children don't outlive their parent: they are stopped.
  func endChildren() {
    for child in unsafe pointee.more?.children.handles ?? [] { child.stop() }
  }

  func childEnded(_ child: Handle, _ outcome: Outcome) {
    let children = unsafe more.children
    children.remove(child)
    if case .failed = outcome { children.failures += 1 }
    // The callback may use the parent's boxes: it is the parent's turn for as long.
    let turn = unsafe currentThread().pointee.core
    unsafe currentThread().pointee.core = unsafe self
    unsafe component.takeUnretainedValue().childEnded(child, outcome)
    unsafe currentThread().pointee.core = unsafe turn
    unsafe wake()
  }

  /// Whether it waits for something that no count of the household's sees: a thread outside, a
  /// task outside.
  ///
  /// Looks at every box.
  var waitsForStrangers: Bool {
    if unsafe pointee.async?.takeUnretainedValue().mayWaitOutside == true { return true }
    var answer = false
    unsafe component.takeUnretainedValue().forEachBox {
      answer = answer || $0.waitsForStrangers
    }
    return answer
  }

  /// It was handed over to a home that has gone: it ends without a turn.
  func abandon() {
    unsafe component.takeUnretainedValue().closeBoxes(.finished)
    unsafe pointee.handle?.takeUnretainedValue().end(.finished)
    unsafe release()
  }

  /// Frees all that belongs to the component.
  func release() {
    unsafe pointee.async?.takeUnretainedValue().detach()
    unsafe pointee.async?.release()
    unsafe pointee.handle?.release()
    unsafe pointee.async = nil
    unsafe pointee.handle = nil
    unsafe component.release()
  }
}
