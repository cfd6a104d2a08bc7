// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Internet

/// What this process and its children hold.
enum Resources {
  /// Open descriptors of this process.
  static var descriptors: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
  }

  /// Bytes of memory of the largest child process.
  static var largestChild: Int {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    let children = tasks.flatMap { task in
      (try? String(contentsOfFile: "/proc/self/task/\(task)/children", encoding: .utf8))?
        .split(separator: " ") ?? []
    }
    return children.map { child in
      let facts = try? String(contentsOfFile: "/proc/\(child)/statm", encoding: .utf8)
      let pages = facts?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      return pages * 4096
    }.max() ?? 0
  }

  /// Keeps bytes in a file.
  static func keep(_ bytes: [UInt8], to path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
  }

  /// A file without a name that holds these bytes.
  static func file(of bytes: [UInt8]) -> Descriptor? {
    var name = Array("/dev/shm/mutant-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { return nil }
    unsafe unlink(name)
    var left = bytes[...]
    while !left.isEmpty {
      let count = unsafe left.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return nil }
      left = left.dropFirst(count)
    }
    return Descriptor(descriptor)
  }
}
