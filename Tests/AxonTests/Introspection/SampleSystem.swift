// SPDX-License-Identifier: Apache-2.0
import Axon

extension Snapshot {
  /// A chassis with a source that waits, a full sink that has lost messages, a thread, and plain code
  /// that feeds it.
  static func sample() -> Snapshot {
    var full = BoxStatistics()
    (full.capacity, full.depth, full.put, full.taken) = (2, 2, 9, 7)
    (full.dropped, full.sendersWaiting, full.whenFull) = (3, 1, .dropOldest)
    var room = BoxStatistics()
    (room.capacity, room.depth) = (32, 1)
    var waiting = BoxStatistics()
    waiting.isAwaited = true

    var chassis = ComponentSnapshot(name: "Pipeline<Int, Never>_1", type: "Pipeline<Int, Never>")
    chassis.restarts = 2
    chassis.failedChildren = 1
    chassis.boxes = [
      BoxSnapshot(
        id: "Pipeline<Int, Never>_1.inbox", name: "inbox", isOutbox: false, next: "Relay_2.inbox",
        statistics: room)
    ]
    var relay = ComponentSnapshot(
      name: "Relay_2", type: "Relay", parent: chassis.name, embodiment: "callback",
      state: .waitingForRoom("outbox"))
    relay.boxes = [
      BoxSnapshot(id: "Relay_2.inbox", name: "inbox", isOutbox: false, statistics: room),
      BoxSnapshot(
        id: "Relay_2.outbox", name: "outbox", isOutbox: true, next: "Writer_3.inbox",
        statistics: waiting),
    ]
    var writer = ComponentSnapshot(
      name: "Writer_3", type: "Writer", parent: chassis.name, embodiment: "threaded",
      state: .running)
    writer.annotation = "a \"quoted\" & <odd> name\n"
    writer.boxes = [
      BoxSnapshot(id: "Writer_3.inbox", name: "inbox", isOutbox: false, statistics: full)
    ]

    var snapshot = Snapshot()
    snapshot.moment = Instant(nanoseconds: 60_000_000_000)
    snapshot.components = [chassis, relay, writer]
    snapshot.others = [
      BoxSnapshot(id: "feed-1", name: "unowned box", isOutbox: true, next: chassis.boxes[0].id)
    ]
    snapshot.faultCount = 4
    snapshot.faults = [
      Fault(
        number: 4, moment: Instant(nanoseconds: 48_000_000_000), component: "Relay_0",
        text: "Relay_0: <bad> \"data\"\u{1b}[31m")
    ]
    return snapshot
  }
}
