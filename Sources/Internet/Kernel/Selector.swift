// SPDX-License-Identifier: Apache-2.0
package import Axon

/// Tells components when their descriptors are ready: one a scheduler, inside the scheduler's own
/// wait, found through its tracker under "selector" (on the others of a group: "selector 1" and so on).
///
/// ```swift
/// let watch = try Selector.of(self).watch(descriptor.number, for: self)
/// while !watch.isReadable { await pause() }
/// ```
/// Notification is by edges: a flag stays up until whoever found it untrue takes it down.
@safe
public final class Selector: @unchecked Sendable {
  // Unchecked: used on its scheduler's thread only, which `watch` and `remove` check.
  /// Not owned: the scheduler's tracker keeps this selector.
  private unowned let scheduler: Scheduler
  /// Where sockets of this thread read into before they know the size: 64 KiB.
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 64)

  private init(scheduler: Scheduler) { self.scheduler = scheduler }

  deinit { unsafe scratch.deallocate() }

  /// The selector of the component's scheduler.
  package static func of(_ component: Component) -> Selector {
    let scheduler = component.scheduler
    let name = scheduler.localName("selector")
    if let known: Selector = try? component.tracker.value(name) { return known }
    let made = Selector(scheduler: scheduler)
    component.tracker.setValue(name, to: made)
    return made
  }

  /// Watches a descriptor for a component, which is woken when it becomes ready.
  ///
  /// - Throws: ``InternetError`` when the kernel refuses.
  package func watch(_ descriptor: Int32, for component: Component) throws(InternetError) -> Watched
  {
    let watch = Watch(notify: component.waker())
    do throws(KernelError) {
      let token = try scheduler.watch(descriptor, watch)
      return Watched(watch) { [scheduler] in scheduler.unwatch(descriptor, token: token) }
    } catch {
      throw InternetError(error.operation, "\(descriptor)", code: error.code)
    }
  }
}
