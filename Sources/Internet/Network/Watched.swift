// SPDX-License-Identifier: Apache-2.0
import Axon

/// Something on a network that is being watched for a component; no longer, once `end` was called.
///
/// Notification is by edges: a flag stays up until whoever found it untrue takes it down.
@safe
package final class Watched {
  private let watch: Watch
  private let stop: () -> Void

  /// What the network raises flags on, and how it is told to stop.
  init(_ watch: Watch, stop: @escaping () -> Void) {
    self.watch = watch
    self.stop = stop
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

  /// Ends the watch; to be called before what is watched is closed and the component ends.
  package func end() { stop() }
}
