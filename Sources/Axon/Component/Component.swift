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
  var core: CorePointer?
  private var controlBox: Inbox<Signal>?
  private var signalBox: Outbox<Signal>?
  private var extras: [Box] = []

  /// A component that isn't running yet: hand it to `Scheduler.activate`.
  public init() {}

  deinit {
    // Never activated: whoever linked it must not wait for it.
    if unsafe core == nil, !wasActivated { forEachBox { $0.close() } }
  }

  private var wasActivated = false

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

  /// A child has ended.
  ///
  /// Called on the component's own thread, before its pause ends.
  open func childEnded(_ child: Handle, _ outcome: Outcome) {}

  /// Signals from others.
  public final var control: Inbox<Signal> {
    if let controlBox { return controlBox }
    let box = Inbox<Signal>(capacity: Int(Int32.max), staysOpen: true)
    if !readsControl { box.interpretSignals() }
    controlBox = box
    if let core = unsafe core { unsafe core.adoptLate(box, slot: Self.controlSlot) }
    return box
  }

  /// Says how the component ended.
  public final var signal: Outbox<Signal> {
    if let signalBox { return signalBox }
    let box = Outbox<Signal>()
    signalBox = box
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

  /// Every box that exists, declared ones first.
  func forEachBox(_ body: (Box) -> Void) {
    BoxLayout.of(self).forEach(in: self) { box, _ in body(box) }
    for box in extras { body(box) }
    if let controlBox { body(controlBox) }
    if let signalBox { body(signalBox) }
  }

  /// Makes all boxes the core's own.
  func adoptBoxes(core: CorePointer, home: Home) {
    unsafe self.core = unsafe core
    wasActivated = true
    BoxLayout.of(self).forEach(in: self) { box, slot in
      unsafe box.adopt(by: core, home: home, slot: slot)
    }
    for box in extras { unsafe box.adopt(by: core, home: home, slot: 255) }
    if let controlBox { unsafe controlBox.adopt(by: core, home: home, slot: Self.controlSlot) }
    if let signalBox { unsafe signalBox.adopt(by: core, home: home, slot: Self.signalSlot) }
  }

  /// Takes in a box that no property holds, before activation.
  func own(_ box: Box) { extras.append(box) }

  /// Takes in a box that was made while running, or that nobody owned when it was first used.
  func adoptExtra(_ box: Box, core: CorePointer) {
    extras.append(box)
    unsafe box.adopt(by: core, home: core.pointee.home.takeUnretainedValue(), slot: 255)
  }

  /// Lets go of such a box, which has been closed.
  func dropExtra(_ box: Box) {
    extras.removeAll { $0 === box }
  }

  /// Says how it ended, then breaks every linkage.
  func closeBoxes(_ outcome: Outcome) {
    if let signalBox {
      switch outcome {
      case .finished: signalBox.post(.producerFinished)
      case .failed(let failure): signalBox.post(.failed(failure))
      }
    }
    let boxes = extras
    extras = []
    for box in boxes { box.close() }
    forEachBox { $0.close() }
    unsafe core = nil
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
