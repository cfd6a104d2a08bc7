// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Backplanes {
  @Test func `what is published under a name reaches all that subscribed to it`() throws {
    let scheduler = Scheduler()
    let (one, other, apart) = (Received<Int>(), Received<Int>(), Received<Int>())
    let news = Backplane<Int>("news")
    let control = news.control
    scheduler.activate(news)
    scheduler.activate(Backplane<Int>("weather"))
    for received in [one, other] {
      scheduler.activate(
        try Pipeline {
          SubscribeTo<Int>("news", whenFull: .wait)
          TestSink(received)
        })
    }
    let weather = scheduler.activate(
      try Pipeline {
        SubscribeTo<Int>("weather", whenFull: .wait)
        TestSink(apart)
      })
    for numbers in [0..<500, 500..<1000] {
      scheduler.activate(
        try Pipeline {
          TestSource(numbers)
          PublishTo<Int>("news")
        })
    }
    // The backplanes go on, and with them the subscribers: two rows of three, and two backplanes.
    #expect(scheduler.run().count == 11)
    #expect(one.messages.filter { $0 < 500 } == Array(0..<500))
    #expect(one.messages.filter { $0 >= 500 } == Array(500..<1000))
    #expect(other.messages == one.messages)
    #expect(apart.messages == [])
    let user = Body { _ in
      let signal = Outbox<Signal>()
      try link(signal, to: control)
      signal.post(.producerFinished)
    }
    scheduler.activate(user)
    scheduler.run()
    #expect(one.hasEnded && other.hasEnded && !apart.hasEnded)
    #expect(weather.isRunning)
    scheduler.stop()
    #expect(scheduler.run().isEmpty)
  }

  @Test func `an unknown name, and one for other messages, is an error at once`() throws {
    let faults = Record<String>()
    let scheduler = Scheduler(onFault: { faults.add("\($0.error)") })
    scheduler.activate(Backplane<Int>("numbers"))
    scheduler.activate(PublishTo<Int>("unknown"))
    scheduler.activate(SubscribeTo<Int>("unknown", whenFull: .wait))
    scheduler.activate(PublishTo<String>("numbers"))
    #expect(scheduler.run().count == 1)
    #expect(faults.count == 3)
    #expect(faults.entries.first == "no service or value \"unknown\"")
    #expect(faults.entries.last?.contains("not Inbox<String>") == true)
    scheduler.stop()
    scheduler.run()
  }

  @Test func `a name is taken once, and is free again when its backplane has ended`() throws {
    let faults = Record<String>()
    let scheduler = Scheduler(onFault: { faults.add("\($0.error)") })
    let first = scheduler.activate(Backplane<Int>("news"))
    scheduler.activate(Backplane<Int>("news"))
    scheduler.run()
    #expect(faults.entries == ["service \"news\" is registered already"])
    first.stop()
    #expect(scheduler.run().isEmpty)
    let second = scheduler.activate(Backplane<Int>("news"))
    scheduler.run()
    #expect(faults.count == 1 && second.isRunning)
    second.stop()
    #expect(scheduler.run().isEmpty)
  }

  @Test func `a subscriber that ends leaves the backplane; publishers end with it`() throws {
    let scheduler = Scheduler()
    let received = Received<Int>()
    let news = scheduler.activate(Backplane<Int>("news"))
    let subscriber = scheduler.activate(
      try Pipeline {
        SubscribeTo<Int>("news", capacity: 1, whenFull: .wait)
        TestSink(received, taking: 3)
      })
    let source = Body { component in
      while await component.outbox.send(1) {
        if !subscriber.isRunning { news.stop() }
      }
    }
    let publisher = PublishTo<Int>("news")
    try link(source.outbox, to: publisher.inbox)
    scheduler.activate(publisher)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages == [1, 1, 1])
  }

  @Test func `publishers and subscribers on another scheduler find it by its tracker`() throws {
    let (here, there) = (Scheduler(), Scheduler())
    let received = Received<Int>()
    let dropped = Tally()
    here.activate(Backplane<Int>("news"))
    // Registered, it goes on beside this thread.
    here.run()
    here.start()
    let tracker = here.tracker
    there.activate(
      try Pipeline {
        SubscribeTo<Int>("news", capacity: 4, whenFull: .wait, dropped: dropped, tracker: tracker)
        TestSink(received, taking: 1000)
      })
    let source = Body { component in
      // The backplane hears of the subscriber in its own time.
      while received.messages.isEmpty { await component.outbox.send(0) }
      for number in 1...1000 { await component.outbox.send(number) }
    }
    let publisher = PublishTo<Int>("news", tracker: tracker)
    try link(source.outbox, to: publisher.inbox)
    there.activate(publisher)
    there.activate(source)
    #expect(there.run().isEmpty)
    here.stop()
    let numbers = received.messages.drop { $0 == 0 }
    #expect(received.messages.count == 1000)
    #expect(Array(numbers) == Array(1...numbers.count))
    #expect(dropped.count == 0)
  }
}
