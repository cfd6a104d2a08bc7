// SPDX-License-Identifier: Apache-2.0
import CLinux

/// Which boxes a class of components declares, and where in an instance they lie.
///
/// Reflection takes 2 µs for four fields, so it is done once a class: it finds the labels, and the
/// words of the first instance that hold the boxes. Later instances are read at those places.
final class BoxLayout: Sendable {
  let labels: [String]
  private let offsets: [Int]

  private static let cache = Guarded<[ObjectIdentifier: BoxLayout]>([:])

  static func of(_ component: Component) -> BoxLayout {
    let key = ObjectIdentifier(type(of: component))
    if let known = cache.withLock({ $0[key] }) { return known }
    let layout = BoxLayout(reflecting: component)
    cache.withLock { $0[key] = layout }
    return layout
  }

  private init(reflecting component: Component) {
    var labels: [String] = []
    var offsets: [Int] = []
    var mirror: Mirror? = Mirror(reflecting: component)
    while let current = mirror, current.subjectType != Component.self {
      for child in current.children {
        guard let label = child.label, let box = child.value as? Box,
          let offset = Self.offset(of: box, in: component)
        else { continue }
        labels.append(label)
        offsets.append(offset)
      }
      mirror = current.superclassMirror
    }
    precondition(labels.count < Component.controlSlot, "a component has at most 252 boxes")
    self.labels = labels
    self.offsets = offsets
  }

  /// Where the instance holds a reference to the box: a stored property is one aligned word.
  private static func offset(of box: Box, in component: Component) -> Int? {
    let instance = unsafe UnsafeRawPointer(Unmanaged.passUnretained(component).toOpaque())
    let wanted = unsafe UInt(bitPattern: Unmanaged.passUnretained(box).toOpaque())
    let size = unsafe clinux_allocated_size(instance)
    let word = MemoryLayout<UInt>.size
    let places = stride(from: 2 * word, to: size - size % word, by: word)
    return places.first { unsafe instance.load(fromByteOffset: $0, as: UInt.self) == wanted }
  }

  /// Calls `body` with each box of the instance and its place in `labels`.
  func forEach(in component: Component, _ body: (Box, UInt8) -> Void) {
    let instance = unsafe UnsafeRawPointer(Unmanaged.passUnretained(component).toOpaque())
    for (slot, offset) in offsets.enumerated() {
      guard let raw = unsafe instance.load(fromByteOffset: offset, as: UnsafeRawPointer?.self)
      else { continue }
      body(unsafe Unmanaged<Box>.fromOpaque(raw).takeUnretainedValue(), UInt8(slot))
    }
  }
}
