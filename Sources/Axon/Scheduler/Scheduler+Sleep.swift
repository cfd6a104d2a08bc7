// SPDX-License-Identifier: Apache-2.0

/// What a scheduler does with nothing to do: sleep in the kernel until somebody needs it, or end.
extension Scheduler {
  /// False when nothing is left to do.
  func sleepUntilNeeded() -> Bool {
    timers.dropSpent()
    if isDeserted {
      // In a group, somebody elsewhere may still place a component here.
      if group == nil, isStopping || !(isStarted && hasSendersAbroad) { return hasErrands }
    } else if let stopDeadline, now >= stopDeadline {
      return false
    }
    if household.isOver { return false }
    let soonest = [timers.soonest, stopDeadline].compactMap { $0 }.min()
    if waitsForDevice {
      sleep(until: soonest, resting: nil)
    } else {
      sleep(until: nil, resting: rest(until: soonest))
    }
    return !household.isOver
  }

  /// Whether no component lives here.
  private var isDeserted: Bool { unsafe members.isEmpty && threads.isEmpty }

  /// Whether the kernel will wake it: at a moment of the real clock, or for a descriptor.
  private var waitsForDevice: Bool {
    if isDeserted { return false }
    if wait?.isWatching == true { return true }
    return time == .monotonic && (!timers.isEmpty || isStopping)
  }

  private func rest(until soonest: Instant?) -> Household.Rest {
    var rest = Household.Rest(home: self)
    if isDeserted {
      rest.isExpecting = isStarted && !isStopping && hasStrangers
      return rest
    }
    rest.soonest = soonest
    if hasStrangers || lodgers.contains(where: \.hasStrangersWithin) {
      rest.isExpecting = true
    } else if soonest == nil, household.isLastAwake {
      rest.isExpecting = hasComponentForStrangers
    } else {
      rest.isCertain = false
    }
    return rest
  }

  /// Whether one of the components waits for somebody outside the household.
  var hasComponentForStrangers: Bool {
    unsafe members.contains { unsafe $0.waitsForStrangers }
      || lodgers.contains(where: \.hasComponentForStrangers)
  }

  private var hasStrangersWithin: Bool {
    hasStrangers || lodgers.contains(where: \.hasStrangersWithin)
  }

  /// Components that live here, those of schedulers inside included.
  var residents: [Handle] {
    unsafe members.compactMap { unsafe $0.pointee.handle?.takeUnretainedValue() }
      + threads.compactMap(\.handle) + lodgers.flatMap(\.residents)
  }

  private func sleep(until moment: Instant?, resting rest: Household.Rest?) {
    // Opened before anybody may try to wake it; alone, and with nobody to expect, none will.
    let isLonely = rest.map { !$0.isExpecting && household.isAlone } ?? false
    let wait = isLonely ? self.wait : openWait()
    if !isLonely, waitBriefly() { return }
    guard mayFallAsleep(rest) else { return }
    // A virtual clock stands still while descriptors are watched: only the world can wake us.
    let moment = time == .virtual ? nil : moment
    wait?.sleep(nanoseconds: moment.map { max(1, ($0 - now).inNanoseconds) })
    gotUp()
  }

  /// The kernel's queue, opened when first needed: a program that never sleeps needs no descriptor.
  private func openWait() -> KernelWait? {
    if let wait { return wait }
    do throws(KernelError) {
      let opened = try KernelWait()
      waker.withLock { $0 = opened }
      wait = opened
    } catch {
      complain("scheduler: \(error): close some files or raise the limit")
    }
    return wait
  }

  // MARK: Descriptors

  /// Watches a descriptor in the scheduler's own wait.
  ///
  /// Scheduler's thread only.
  package func watch(_ descriptor: Int32, _ watch: Watch) throws(KernelError) -> UInt64 {
    if let lodging { return try lodging.watch(descriptor, watch) }
    guard let wait = openWait() else {
      throw KernelError(operation: "open an event queue", code: 24)
    }
    return try wait.add(descriptor, watch)
  }

  /// Ends a watch, before its descriptor is closed.
  ///
  /// Scheduler's thread only.
  package func unwatch(_ descriptor: Int32, token: UInt64) {
    if let lodging { return lodging.unwatch(descriptor, token: token) }
    wait?.remove(descriptor, token: token)
  }
}
