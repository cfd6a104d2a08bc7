// SPDX-License-Identifier: Apache-2.0

/// A component with a thread of its own, for calls that block: the same boxes, another way to wait.
///
/// ```swift
/// final class Reader: ThreadedComponent {
///   let outbox = Outbox<Bytes>()
///
///   override func threadMain() throws {
///     while let bytes = readFromTape() { outbox.blockingSend(bytes) }
///   }
/// }
/// ```
/// A stop reaches it at its next `blockingNext` or `blockingSend`, not inside a call that blocks.
open class ThreadedComponent: Component {
  /// The component's work, on its own thread; ends the component when it returns or throws.
  open func threadMain() throws {}

  override var embodiment: Embodiment { .threaded }
}
