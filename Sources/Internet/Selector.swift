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
      return Watched(descriptor: descriptor, token: token, watch: watch, scheduler: scheduler)
    } catch {
      throw InternetError(error.operation, "\(descriptor)", code: error.code)
    }
  }
}

/// A descriptor that is being watched; no longer, once `end` was called.
@safe
package final class Watched {
  /// The kernel's number of what is watched.
  package let descriptor: Int32
  private let token: UInt64
  private let watch: Watch
  private let scheduler: Scheduler

  init(descriptor: Int32, token: UInt64, watch: Watch, scheduler: Scheduler) {
    self.descriptor = descriptor
    self.token = token
    self.watch = watch
    self.scheduler = scheduler
  }

  /// Something can be read, or the end is reached.
  ///
  /// Taken down by the reader that found nothing.
  package var isReadable: Bool {
    get { unsafe watch.ready.pointee.isReadable }
    set { unsafe watch.ready.pointee.isReadable = newValue }
  }

  /// The other end has gone, or half of it: then an end of stream waits behind the last byte, for
  /// which no further notice comes.
  package var hasHungUp: Bool { unsafe watch.ready.pointee.hasHungUp }

  /// Something can be written.
  ///
  /// Taken down by the writer that found no room.
  package var isWritable: Bool {
    get { unsafe watch.ready.pointee.isWritable }
    set { unsafe watch.ready.pointee.isWritable = newValue }
  }

  /// Ends the watch; to be called before the descriptor is closed and the component ends.
  package func end() { scheduler.unwatch(descriptor, token: token) }
}
