// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// The processor cores that this process may use.
public enum Cores {
  /// How many, by the process's affinity and the limits of its control groups; at least 1.
  public static var available: Int {
    min(allowed, limit(of: ownGroups) ?? allowed)
  }

  /// How many by the process's affinity alone, which opens no file: an isolated process has none.
  static var allowed: Int { max(1, Int(clinux_cores())) }

  /// Keeps the calling thread to one of the cores that the process may use, in turn.
  static func pin(to number: Int) { clinux_pin(Int32(truncatingIfNeeded: number)) }

  /// Cores' worth of time in a `cpu.max` file, rounded up: `150000 100000` is 2, `max 100000` no
  /// limit.
  static func limit(inFile text: String) -> Int? {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0,
      period > 0
    else { return nil }
    return (quota - 1) / period + 1
  }

  /// The `cpu.max` files that hold for a process whose `/proc/self/cgroup` is this: its own group's,
  /// and those of the groups around it.
  static func files(forGroups text: String) -> [String] {
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else {
      return []
    }
    var groups = line.dropFirst(3).split(separator: "/")
    var files = ["/sys/fs/cgroup/cpu.max"]
    while !groups.isEmpty {
      files.append("/sys/fs/cgroup/\(groups.joined(separator: "/"))/cpu.max")
      groups.removeLast()
    }
    return files
  }

  private static var ownGroups: String { contents(of: "/proc/self/cgroup") ?? "" }

  private static func limit(of groups: String) -> Int? {
    files(forGroups: groups).compactMap { contents(of: $0).flatMap(limit(inFile:)) }.min()
  }

  /// The beginning of a small file of the kernel's.
  private static func contents(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
