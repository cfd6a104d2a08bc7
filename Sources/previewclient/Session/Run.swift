// SPDX-License-Identifier: Apache-2.0
import Axon

/// Does a job; returns the exit code.
func run(_ job: Job) -> Int32 {
  let verdict = Verdict()
  let scheduler = Scheduler(onFault: verdict.note)
  let interrupts: Interrupts
  do throws(LinkError) {
    let wiring = try Wiring(job, on: scheduler)
    let screen = wiring.screen
    interrupts = Interrupts(redraw: { if let screen { askForRedraw(screen) } })
    // Before there is any other thread.
    interrupts.hold()
    interrupts.begin(stopping: scheduler.activate(wiring.session))
  } catch {
    StandardStreams.complain("\(error)")
    return ClientError.Code.failed.rawValue
  }
  scheduler.run()
  if let signal = interrupts.signal { return 128 + signal }
  guard let error = verdict.error else { return 0 }
  let failure = ClientError(error, of: job)
  StandardStreams.complain(failure.description)
  return failure.code.rawValue
}

/// From the thread that waits for signals; too late is no matter.
private func askForRedraw(_ screen: Inbox<Showing.Message>) {
  // An outbox of its own each time: one that stayed linked would keep the inbox from finishing.
  let word = Outbox<Showing.Message>()
  guard (try? link(word, to: screen)) != nil else { return }
  word.post(.redraw)
  word.finish()
}
