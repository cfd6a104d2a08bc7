// SPDX-License-Identifier: Apache-2.0

/// A self-pausing sequential object: its own state, its own flow of control, nothing shared.
///
/// ```swift
/// final class Echo: Component {
///   let inbox = Inbox<Bytes>()
///   let outbox = Outbox<Bytes>()
///
///   override func main() async throws {
///     while let message = await inbox.next() { await outbox.send(message) }
///   }
/// }
/// ```
/// It talks only through its boxes. Besides those it declares it has two:
///
/// | box | what travels |
/// |---|---|
/// | `control` | signals in; the base reads them, unless `readsControl` |
/// | `signal` | `producerFinished` or `failed` when the component ends |
///
/// It ends when `main` returns or throws. Then its linkages are broken, its sinks see that it has
/// finished, and its children are stopped. When the last outbox that was linked finds its sink
/// gone, the component is stopped: `next()` gives `nil` and `send` gives false.
@safe
open class Component {
  // First, so that its place in the object is known; only reached through `coreInside`.
  private var storage = Core()

  /// A component that isn't running yet: hand it to `Scheduler.activate`.
  public init() {
    assert(unsafe withUnsafePointer(to: &storage) { unsafe $0 == UnsafePointer(coreInside) })
  }

  deinit {
    // Never activated: whoever linked it must not wait for it.
    if unsafe !coreInside.pointee.wasActivated { forEachBox { $0.close() } }
  }

  /// Its core while it lives: from its first turn on, until its boxes are closed.
  var core: CorePointer? { unsafe coreInside.pointee.isLive ? coreInside : nil }

  /// The component's work, from activation to its end.
  ///
  /// Called once; the default does nothing.
  open func main() async throws {}

  /// How the scheduler gives it its turns.
  var embodiment: Embodiment { .async }

  /// Whether the component reads its `control` inbox itself.
  ///
  /// Asked at activation; default false.
  open var readsControl: Bool { false }

  /// Whether the end of the last sink stops the component; default true.
  ///
  /// A component with work besides its outboxes says no, and looks at `isHeard`.
  open var stopsWhenUnheard: Bool { true }

  /// What this one is about, for people who look at the running system: a peer, a file.
  ///
  /// Asked on the component's own thread; default nil.
  open var annotation: String? { nil }

  /// A child has ended.
  ///
  /// Called on the component's own thread, before its pause ends.
  open func childEnded(_ child: Handle, _ outcome: Outcome) {}

  /// Signals from others.
  public final var control: Inbox<Signal> {
    let more = unsafe coreInside.more
    if let known = more.control { return known }
    let box = Inbox<Signal>(capacity: Int(Int32.max), staysOpen: true)
    if !readsControl { box.interpretSignals() }
    more.control = box
    if let core = unsafe core { unsafe core.adoptLate(box, slot: Self.controlSlot) }
    return box
  }

  /// Says how the component ended.
  public final var signal: Outbox<Signal> {
    let more = unsafe coreInside.more
    if let known = more.signal { return known }
    let box = Outbox<Signal>()
    more.signal = box
    if let core = unsafe core { unsafe core.adoptLate(box, slot: Self.signalSlot) }
    return box
  }

  static let controlSlot: UInt8 = 253
  static let signalSlot: UInt8 = 254
}

// MARK: Boxes

extension Component {
  /// Names of the declared boxes, in order of declaration, standard ones not included.
  var boxLabels: [String] { BoxLayout.of(self).labels }

  /// Name of the box in this slot.
  func label(ofSlot slot: UInt8) -> String {
    let labels = boxLabels
    if labels.indices.contains(Int(slot)) { return labels[Int(slot)] }
    return slot == Self.controlSlot ? "control" : slot == Self.signalSlot ? "signal" : "box"
  }

  /// Every box that exists, declared ones first.
  func forEachBox(_ body: (Box) -> Void) {
    BoxLayout.of(self).forEach(in: self) { box, _ in body(box) }
    guard let more = unsafe coreInside.pointee.more else { return }
    for box in more.extras { body(box) }
    if let control = more.control { body(control) }
    if let signal = more.signal { body(signal) }
  }

  /// The same, with their names.
  func forEachNamedBox(_ body: (String, Box) -> Void) {
    let labels = boxLabels
    BoxLayout.of(self).forEach(in: self) { box, slot in body(labels[Int(slot)], box) }
    guard let more = unsafe coreInside.pointee.more else { return }
    for box in more.extras { body("box", box) }
    if let control = more.control { body("control", control) }
    if let signal = more.signal { body("signal", signal) }
  }

  /// Makes all boxes its own.
  func adoptBoxes() {
    let core = unsafe coreInside
    unsafe core.pointee.isLive = true
    BoxLayout.of(self).forEach(in: self) { box, slot in unsafe box.adopt(by: core, slot: slot) }
    guard let more = unsafe core.pointee.more else { return }
    for box in more.extras { unsafe box.adopt(by: core, slot: 255) }
    unsafe more.control?.adopt(by: core, slot: Self.controlSlot)
    unsafe more.signal?.adopt(by: core, slot: Self.signalSlot)
  }

  /// Takes in a box that no property holds, before activation.
  func own(_ box: Box) { unsafe coreInside.more.extras.append(box) }

  /// Takes in a box that was made while running, or that nobody owned when it was first used.
  func adoptExtra(_ box: Box, core: CorePointer) {
    unsafe core.more.extras.append(box)
    unsafe box.adopt(by: core, slot: 255)
  }

  /// Lets go of such a box, which has been closed.
  func dropExtra(_ box: Box) {
    unsafe coreInside.pointee.more?.extras.removeAll { $0 === box }
  }

  /// Says how it ended, then breaks every linkage.
  func closeBoxes(_ outcome: Outcome) {
    if let more = unsafe coreInside.pointee.more {
      switch outcome {
      case .finished: more.signal?.post(.producerFinished)
      case .failed(let failure): more.signal?.post(.failed(failure))
      }
      let boxes = more.extras
      more.extras = []
      for box in boxes { box.close() }
    }
    forEachBox { $0.close() }
    unsafe coreInside.pointee.isLive = false
  }

  /// Messages waiting, by inbox.
  var depths: [(inbox: String, count: Int)] {
    let labels = boxLabels
    var depths: [(String, Int)] = []
    BoxLayout.of(self).forEach(in: self) { box, slot in
      if !box.isSender, box.count > 0 { depths.append((labels[Int(slot)], box.count)) }
    }
    return depths
  }
}
