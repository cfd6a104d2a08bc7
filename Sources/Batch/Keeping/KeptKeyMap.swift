// SPDX-License-Identifier: Apache-2.0
internal import Decoders
internal import Media
internal import Outputs

/// Where the key pictures of a recording lie, from one run to the next.
///
/// Each process tells what it was told and what it has seen besides: all of it is kept together.
struct KeptKeyMap {
  /// What an earlier run kept, for the processes.
  let bytes: [UInt8]?
  private let path: String?
  private var map: KeyMap?
  private var hasNews = false

  /// Reads what is kept of a recording; without a folder nothing is.
  init(_ folder: StateFolder?, of key: ContentKey) {
    path = folder?.keyMap(key)
    bytes = path.flatMap { folder?.read($0, limit: DecodingRequest.keyMapLimit) }
  }

  /// Adds what a process knows.
  mutating func add(_ bytes: [UInt8]) {
    guard let found = KeyMap(bytes: bytes) else { return }
    hasNews = true
    guard var map else { return map = found }
    map.formUnion(found)
    self.map = map
  }

  /// Keeps it; that it can't be kept is no reason to fail.
  func keep() {
    guard hasNews, let path, let kept = map?.bytes, kept != bytes else { return }
    do throws(MediaError) {
      let file = try OutputFile(path)
      try file.write(kept)
      try file.publish()
    } catch {
      return
    }
  }
}
