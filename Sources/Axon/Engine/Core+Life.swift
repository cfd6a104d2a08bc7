// SPDX-License-Identifier: Apache-2.0

/// What makes a component stop. All on its home thread.
extension UnsafeMutablePointer<Core> {
  /// A signal arrived that the component doesn't read itself.
  func react(to signal: Signal) {
    switch signal {
    case .shutdown:
      unsafe home.stop(self)
    case .producerFinished, .failed:
      unsafe component.takeUnretainedValue().forEachBox {
        ($0 as? any Finishable)?.finish()
      }
    }
  }

  /// The sink of one of its outboxes has ended: with nobody left to listen, the component ends too.
  func outboxUnheard() {
    var isHeard = false
    unsafe component.takeUnretainedValue().forEachBox { box in
      if box.isSender, box.isHeard, box.slot != Component.signalSlot { isHeard = true }
    }
    if isHeard { return }
    if unsafe component.takeUnretainedValue().stopsWhenUnheard {
      unsafe home.stop(self)
    } else {
      unsafe wake()
    }
  }

  /// Ends every wait of the component and refuses new ones.
  func beginStop() {
    guard unsafe !pointee.isStopping, unsafe pointee.status != .ended else { return }
    unsafe pointee.isStopping = true
    unsafe pointee.needsCare = true
    unsafe component.takeUnretainedValue().forEachBox { $0.cut() }
    for child in unsafe pointee.more?.children.handles ?? [] { child.stop() }
    if let async = unsafe pointee.async?.takeUnretainedValue() {
      async.stop()
    } else {
      unsafe wake()
    }
  }

  /// The component's turn is over and it has no other waiting: lets its boxes put things in order.
  ///
  /// - Returns: whether something came meanwhile that deserves another turn.
  func settle() -> Bool {
    var hasNews = false
    let more = unsafe self.more
    let promised = more.promised
    more.promised = []
    for box in promised { _ = box.settle() }
    for box in more.shared where box.settle() { hasNews = true }
    unsafe pointee.mustSettle = !more.shared.isEmpty || !more.promised.isEmpty
    unsafe pointee.needsCare = unsafe pointee.mustSettle || pointee.inputEnded || pointee.isStopping
    return hasNews
  }

  /// A box has something to put in order when the turn is over.
  func settleLater(_ box: Box) {
    if box.isSender {
      unsafe more.promised.append(box)
    } else {
      unsafe more.shared.append(box)
    }
    unsafe pointee.mustSettle = true
    unsafe pointee.needsCare = true
  }

  /// A standard box was made after activation.
  func adoptLate(_ box: Box, slot: UInt8) {
    unsafe box.adopt(by: self, slot: slot)
  }
}

extension AsyncCore {
  /// Ends every sleep and pause, and cancels what else the task waits for.
  func stop() {
    resumePause()
    let sleeps = self.sleeps
    self.sleeps = []
    for sleep in sleeps { sleep.resume() }
    task?.cancel()
  }

  /// Suspends until the moment, or until the component must stop.
  func sleep(until moment: Instant, on scheduler: Scheduler) async {
    unsafe core?.pointee.waits += 1
    unsafe await withUnsafeContinuation { continuation in
      let sleep = unsafe Sleep(continuation)
      sleeps.append(sleep)
      scheduler.setAlarm(at: moment, .resume(sleep))
    }
    unsafe core?.pointee.waits -= 1
    sleeps.removeAll { $0.isDone }
  }
}
