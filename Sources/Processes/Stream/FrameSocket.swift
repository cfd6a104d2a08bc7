// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Glibc
internal import Internet
internal import Media

/// One end of the socket pair between two processes.
///
/// Frames with all their fields, descriptors beside them. Both ends use it; nothing in it waits.
struct FrameSocket: ~Copyable {
  /// On the way, this flag says that the frame's descriptor comes along; it has no other meaning.
  private static let carries = PreviewFrame.Flags(rawValue: 1 << 15)
  /// Bytes that small frames are gathered to before they are written.
  private static let gathering = 32 << 10

  private let descriptor: Descriptor
  private let watched: Watched
  private let takesDescriptors: Bool
  private var deframer: Deframer
  private var arrived: [SharedDescriptor] = []
  private var leaving: Bytes = []
  private var left = 0
  private var passing: SharedDescriptor?
  /// The other end has closed its half, or is gone.
  private(set) var hasReceivedAll = false
  /// Our half is closed, or the other end is gone.
  private(set) var hasSentAll = false
  /// Frames that came and went, heartbeats not counted; both wrap.
  private(set) var framesIn: UInt32 = 0
  private(set) var framesOut: UInt32 = 0
  /// What is wrong with what came.
  private(set) var damage: String?

  /// Watches the descriptor for a component; it is closed with this value.
  init(
    _ descriptor: consuming Descriptor, of component: Component, payloadLimit: Int,
    takesDescriptors: Bool
  ) throws(InternetError) {
    watched = try Selector.of(component).watch(descriptor.number, for: component)
    self.descriptor = descriptor
    self.takesDescriptors = takesDescriptors
    deframer = Deframer(payloadLimit: payloadLimit)
  }

  deinit { watched.end() }

  // MARK: Receiving

  /// Reads once; false when nothing was there.
  mutating func receive() -> Bool {
    guard watched.isReadable, !hasReceivedAll else { return false }
    var passed: Int32 = -1
    var count = 0
    let capacity = 65_536
    let bytes = unsafe Bytes(unsafeUninitializedCapacity: capacity) { buffer, filled in
      count =
        takesDescriptors
        ? unsafe clinux_receive_descriptor(
          descriptor.number, buffer.baseAddress, capacity, &passed)
        : unsafe clinux_receive(descriptor.number, buffer.baseAddress, capacity)
      filled = max(0, count)
    }
    if passed >= 0 { arrived.append(SharedDescriptor(Descriptor(passed))) }
    guard count > 0 else {
      watched.isReadable = false
      if count != -Int(EAGAIN) { hasReceivedAll = true }
      return false
    }
    // A read that brings a descriptor ends there, whatever follows.
    if count < capacity, passed < 0, !watched.hasHungUp { watched.isReadable = false }
    deframer.push(bytes)
    return true
  }

  /// Has the next read try, whatever the kernel was last heard to say.
  mutating func lookAgain() { watched.isReadable = true }

  /// The next whole frame, heartbeats too; `nil` also when something is wrong: see `damage`.
  mutating func next() -> Parcel? {
    guard damage == nil else { return nil }
    var found: PreviewFrame?
    do throws(FramingError) {
      found = try deframer.next()
    } catch {
      damage = "\(error)"
    }
    // Nothing gets lost between two processes: what isn't a frame was never meant as one.
    if deframer.skippedBytes > 0 { damage = "bytes that are no frame" }
    if deframer.droppedFrames > 0 { damage = "a frame whose bytes are wrong" }
    guard damage == nil, let found else { return nil }
    var parcel = Parcel(found)
    if takesDescriptors, found.flags.contains(Self.carries) {
      parcel.frame.flags.remove(Self.carries)
      if !arrived.isEmpty { parcel.descriptor = arrived.removeFirst() }
    }
    if found.kind != .heartbeat { framesIn &+= 1 }
    return parcel
  }

  /// Whether the last frame hasn't come whole.
  var isCut: Bool { deframer.waitingBytes > 0 }

  // MARK: Sending

  /// Whether another small frame may be gathered before the next write.
  var mayGather: Bool { passing == nil && leaving.count - left < Self.gathering }
  /// Whether all that was put is written.
  var isFlushed: Bool { left == leaving.count }

  /// Puts a frame behind the others; one with a descriptor only when all is flushed.
  ///
  /// Its fields arrive as they are, its number too.
  mutating func put(_ parcel: Parcel) throws(FramingError) {
    var frame = parcel.frame
    if frame.kind != .heartbeat { framesOut &+= 1 }
    frame.flags.remove(Self.carries)
    if let descriptor = parcel.descriptor {
      passing = descriptor
      frame.flags.insert(Self.carries)
    }
    var framer = Framer(nextSequence: frame.sequence)
    let bytes = try framer.bytes(of: frame)
    if isFlushed {
      leaving = bytes
      left = 0
    } else {
      leaving += bytes
    }
  }

  /// Writes what was put, as far as there is room; false when there is more, or nobody takes it.
  mutating func flush() -> Bool {
    while !isFlushed, watched.isWritable, !hasSentAll {
      let passed = passing?.number ?? -1
      let count = unsafe leaving.withUnsafeBytes { bytes in
        unsafe clinux_send_descriptor(
          descriptor.number, bytes.baseAddress?.advanced(by: left), bytes.count - left, passed)
      }
      if count > 0 {
        left += count
        passing = nil
      } else if count == -Int(EAGAIN) {
        watched.isWritable = false
      } else {
        // Why the other end is gone, its process says.
        hasSentAll = true
      }
    }
    if isFlushed, left > 0 {
      leaving = []
      left = 0
    }
    return isFlushed && !hasSentAll
  }

  /// Says that no more will come.
  mutating func closeSending() {
    guard !hasSentAll else { return }
    hasSentAll = true
    clinux_shutdown_sending(descriptor.number)
  }
}
