// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Glibc
internal import Internet

/// The end of what a process writes to its standard error.
final class LastWords {
  private static let kept = 2048
  private let descriptor: Descriptor
  private let watched: Watched
  private var tail: [UInt8] = []

  /// Reads this end of a pipe, which is closed with this value.
  init(_ descriptor: consuming Descriptor, of component: Component) throws(InternetError) {
    watched = try Selector.of(component).watch(descriptor.number, for: component)
    self.descriptor = descriptor
  }

  deinit { watched.end() }

  /// Reads what is there, as far as one turn allows; whether there may be more.
  func read() -> Bool {
    for _ in 0..<8 {
      guard watched.isReadable else { return false }
      var count = 0
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, filled in
        count = unsafe clinux_read(descriptor.number, buffer.baseAddress, buffer.count)
        filled = max(0, count)
      }
      if count <= 0 { watched.isReadable = false }
      tail = (tail + bytes).suffix(Self.kept)
    }
    return true
  }

  /// The last lines, without blanks around them.
  var text: String {
    String(decoding: tail, as: UTF8.self).split(separator: "\n").suffix(8)
      .joined(separator: " / ")
  }
}
