// SPDX-License-Identifier: Apache-2.0

/// A component's life on a scheduler: taken in, given turns, ended.
extension Scheduler {
  func adopt(_ component: sending Component, parent: CorePointer?) -> Handle {
    let embodiment = component.embodiment
    countPopulation(by: 1)
    if embodiment == .threaded { return unsafe adoptThreaded(component, parent: parent) }
    let core = UnsafeMutablePointer<Core>.allocate(capacity: 1)
    unsafe core.initialize(
      to: Core(
        component: component, home: self, queue: queue, isCallback: embodiment == .callback))
    let handle = unsafe Handle(of: component, core: core, home: self)
    unsafe core.pointee.handle = Unmanaged.passRetained(handle)
    if let parent = unsafe parent { unsafe link(child: handle, core, to: parent) }
    if isHere {
      unsafe begin(core)
    } else {
      nonisolated(unsafe) let core = unsafe core
      post(.call { [self] in unsafe begin(core) })
    }
    return handle
  }

  private func link(child: Handle, _ core: CorePointer, to parent: CorePointer) {
    unsafe core.pointee.parent = unsafe parent.pointee.handle?.takeUnretainedValue()
    unsafe parent.children.add(child)
  }

  private func begin(_ core: CorePointer) {
    unsafe core.pointee.index = members.count
    unsafe members.append(core)
    let component = unsafe core.pointee.component.takeUnretainedValue()
    unsafe component.adoptBoxes(core: core, home: self)
    if unsafe core.pointee.isCallback {
      // What waited in its boxes may have put it in the queue by now.
      if unsafe core.pointee.status == .idle { unsafe queue.pointee.append(core) }
    } else {
      unsafe AsyncCore.begin(core, home: self)
    }
    if isStopping { unsafe core.beginStop() }
  }

  func giveTurn(to core: CorePointer) {
    unsafe currentThread().pointee.core = unsafe core
    unsafe core.pointee.status = .running
    unsafe core.pointee.budget = turnBudget
    if unsafe core.pointee.isCallback {
      unsafe core.pointee.component._withUnsafeGuaranteedRef { component in
        unsafe callBack(unsafeDowncast(component, to: CallbackComponent.self), core)
      }
    } else if let outcome = unsafe core.pointee.async?._withUnsafeGuaranteedRef({
      unsafe $0.runTurn(of: core)
    }) {
      unsafe end(core, outcome)
    }
    unsafe currentThread().pointee.core = nil
  }

  @inline(__always)
  private func callBack(_ component: CallbackComponent, _ core: CorePointer) {
    unsafe core.pointee.hasEvent = false
    if unsafe core.pointee.needsCare { return unsafe callBackWithCare(component, core) }
    do {
      let turn = try component.mainBody()
      if turn == .pause, unsafe !core.pointee.hasEvent, unsafe !core.pointee.needsCare {
        unsafe core.pointee.status = .idle
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
      unsafe core.pointee.status = .idle
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

  func end(_ core: CorePointer, _ outcome: Outcome) {
    unsafe core.pointee.status = .ended
    let component = unsafe core.pointee.component.takeUnretainedValue()
    let handle = unsafe core.pointee.handle?.takeUnretainedValue()
    unsafe core.endChildren()
    component.closeBoxes(outcome)
    tracker.remove(handle)
    handle?.end(outcome)
    if case .failed(let failure) = outcome { onFault(failure) }
    if let parent = unsafe core.pointee.parent, let handle {
      parent.tell(childEnded: handle, outcome)
    }
    countPopulation(by: -1)
    let last = unsafe members.removeLast()
    if unsafe last != core {
      unsafe last.pointee.index = unsafe core.pointee.index
      unsafe members[core.pointee.index] = unsafe last
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
    nonisolated(unsafe) let component = unsafe core.pointee.component.takeUnretainedValue()
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
      unsafe core.pointee.queue.pointee.append(core)
    } else {
      unsafe core.pointee.status = .idle
      if unsafe core.pointee.mustSettle, unsafe core.settle() { unsafe core.wake() }
    }
    return nil
  }
}

extension UnsafeMutablePointer<Core> {
  var children: Children {
    if let children = unsafe pointee.children { return unsafe children.takeUnretainedValue() }
    let made = Children()
    unsafe pointee.children = Unmanaged.passRetained(made)
    return made
  }

  /// Children don't outlive their parent: they are stopped.
  func endChildren() {
    guard let children = unsafe pointee.children?.takeUnretainedValue() else { return }
    for child in children.handles { child.stop() }
  }

  func childEnded(_ child: Handle, _ outcome: Outcome) {
    unsafe children.remove(child)
    // The callback may use the parent's boxes: it is the parent's turn for as long.
    let turn = unsafe currentThread().pointee.core
    unsafe currentThread().pointee.core = unsafe self
    unsafe pointee.component.takeUnretainedValue().childEnded(child, outcome)
    unsafe currentThread().pointee.core = unsafe turn
    unsafe wake()
  }

  /// Whether it waits for something that no count of the household's sees: a thread outside, a
  /// task outside.
  var waitsForStrangers: Bool {
    if unsafe pointee.async?.takeUnretainedValue().mayWaitOutside == true { return true }
    guard unsafe pointee.waitsAbroad > 0 else { return false }
    var answer = false
    unsafe pointee.component.takeUnretainedValue().forEachBox {
      answer = answer || $0.waitsForStrangers
    }
    return answer
  }

  /// Frees all that belongs to the component.
  func release() {
    unsafe pointee.async?.takeUnretainedValue().detach()
    unsafe pointee.async?.release()
    unsafe pointee.children?.release()
    unsafe pointee.handle?.release()
    unsafe pointee.component.release()
    unsafe deinitialize(count: 1)
    unsafe deallocate()
  }
}
