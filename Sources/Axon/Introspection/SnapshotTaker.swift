// SPDX-License-Identifier: Apache-2.0

/// Goes through a scheduler's books, on its thread or while it isn't running.
struct SnapshotTaker {
  private let scheduler: Scheduler
  private var snapshot = Snapshot()
  /// Names of classes: asking the runtime each time takes most of the time of a snapshot.
  private var types: [ObjectIdentifier: String] = [:]
  private var embodiments: [Embodiment: String] = [:]
  private var ids: [ObjectIdentifier: String] = [:]
  /// Boxes found so far, with their places in the snapshot.
  private var found: [(box: Box, component: Int, place: Int)] = []

  init(_ scheduler: Scheduler) { self.scheduler = scheduler }

  mutating func take() -> Snapshot {
    snapshot.moment = scheduler.now
    (snapshot.faultCount, snapshot.faults) = scheduler.faults.all
    var members: [(order: Int, core: CorePointer?, thread: ThreadHome?)] = unsafe []
    unsafe members.reserveCapacity(scheduler.members.count + scheduler.threads.count)
    unsafe scheduler.members.forEach { core in
      let number = unsafe core.pointee.handle?.takeUnretainedValue().number ?? 0
      unsafe members.append((number, core, nil))
    }
    for thread in scheduler.threads {
      unsafe members.append((thread.handle?.number ?? 0, nil, thread))
    }
    unsafe members.sort { unsafe $0.order < $1.order }
    snapshot.components.reserveCapacity(unsafe members.count)
    ids.reserveCapacity(unsafe 3 * members.count)
    found.reserveCapacity(unsafe 3 * members.count)
    unsafe members.forEach { member in
      if let core = unsafe member.core { unsafe add(core) }
      if let thread = unsafe member.thread { add(thread) }
    }
    followLinkages()
    return snapshot
  }

  // MARK: Components

  private mutating func add(_ core: CorePointer) {
    guard let handle = unsafe core.pointee.handle?.takeUnretainedValue() else { return }
    let component = unsafe core.component.takeUnretainedValue()
    var entry = ComponentSnapshot(
      name: name(of: handle), type: typeName(of: handle),
      parent: unsafe core.pointee.parent.map { name(of: $0) },
      embodiment: name(of: component.embodiment))
    entry.annotation = component.annotation
    entry.isStopping = unsafe core.pointee.isStopping
    entry.failedChildren = unsafe core.pointee.more?.children.failures ?? 0
    entry.restarts = handle.restarts
    component.forEachNamedBox { label, box in add(box, label, to: &entry) }
    entry.state = unsafe state(of: core, entry.boxes)
    snapshot.components.append(entry)
  }

  private mutating func add(_ thread: ThreadHome) {
    guard let handle = thread.handle else { return }
    var entry = ComponentSnapshot(
      name: name(of: handle), type: typeName(of: handle),
      parent: thread.parent.map { name(of: $0) }, embodiment: "threaded", state: .running)
    entry.restarts = handle.restarts
    for (label, box) in thread.boxes { add(box, label, to: &entry) }
    if let full = entry.boxes.first(where: { $0.isOutbox && $0.statistics.isAwaited }) {
      entry.state = .waitingForRoom(full.name)
    } else if thread.isAsleep {
      let inboxes = entry.boxes.filter { !$0.isOutbox && $0.name != "control" }
      entry.state = inboxes.count == 1 ? .waitingForMessage(inboxes[0].name) : .pausing
    }
    snapshot.components.append(entry)
  }

  private func state(of core: CorePointer, _ boxes: [BoxSnapshot]) -> ComponentSnapshot.State {
    switch unsafe core.pointee.status {
    case .running: return .running
    case .queued: return .awake
    case .idle, .ended: break
    }
    if let box = boxes.first(where: { $0.statistics.isAwaited }) {
      return box.isOutbox ? .waitingForRoom(box.name) : .waitingForMessage(box.name)
    }
    guard let async = unsafe core.pointee.async?.takeUnretainedValue() else { return .pausing }
    if async.sleeps.contains(where: { !$0.isDone }) { return .sleeping }
    return unsafe core.pointee.isPausing || core.pointee.waits > 0 ? .pausing : .waitingOutside
  }

  private mutating func typeName(of handle: Handle) -> String {
    let key = ObjectIdentifier(handle.type)
    if let known = types[key] { return known }
    let name = "\(handle.type)"
    types[key] = name
    return name
  }

  private mutating func name(of embodiment: Embodiment) -> String {
    if let known = embodiments[embodiment] { return known }
    let name = "\(embodiment)"
    embodiments[embodiment] = name
    return name
  }

  private mutating func name(of handle: Handle) -> String {
    typeName(of: handle) + "_" + String(handle.number)
  }

  // MARK: Boxes

  private mutating func add(_ box: Box, _ label: String, to entry: inout ComponentSnapshot) {
    var id = entry.name + "." + label
    // Those made while running have no name of their own.
    if label == "box" { id += "-" + mark(of: box) }
    ids[ObjectIdentifier(box)] = id
    found.append((box, snapshot.components.count, entry.boxes.count))
    entry.boxes.append(
      BoxSnapshot(
        id: id, name: label, isOutbox: box.isSender, statistics: box.statistics(seenFrom: scheduler)
      ))
  }

  /// Tells boxes of one name apart, for as long as they live.
  private func mark(of box: Box) -> String {
    String((UInt(bitPattern: ObjectIdentifier(box)) >> 4) & 0x3fff_ffff, radix: 36)
  }

  /// Every box is known: now where each leads, and who else is linked to them.
  private mutating func followLinkages() {
    for (box, component, place) in found {
      let (next, previous) = wiring.withLock { _ in (box.next, box.previous) }
      if let next { snapshot.components[component].boxes[place].next = id(of: next) }
      for source in previous where ids[ObjectIdentifier(source)] == nil {
        let id = id(of: source)
        if let other = snapshot.others.firstIndex(where: { $0.id == id }) {
          snapshot.others[other].next = ids[ObjectIdentifier(box)]
        }
      }
    }
  }

  /// Name of a box, which is put among the others' when it is of nobody here.
  private mutating func id(of box: Box) -> String {
    if let known = ids[ObjectIdentifier(box)] { return known }
    let path = box.path
    let id = path + "-" + mark(of: box)
    ids[ObjectIdentifier(box)] = id
    snapshot.others.append(
      BoxSnapshot(
        id: id, name: path, isOutbox: box.isSender, statistics: box.statistics(seenFrom: scheduler))
    )
    return id
  }
}

extension Postman {
  /// The whole system at this moment; on the scheduler's thread, or while it isn't running.
  ///
  /// Of components with a thread of their own, boxes that were made while they ran are left out, and
  /// what waits counts as far as they have said.
  public func snapshot() -> Snapshot {
    var taker = SnapshotTaker(scheduler)
    return taker.take()
  }
}
