// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Drafts: what is written before it is whole, beside the place that it is going to have.
///
/// A draft of `news.bif` is called `.news.bif.PID-START-N.part`: the process that makes it, when
/// that began (field 22 of `/proc/PID/stat`), and a number. Its maker holds a lock on it (`flock`),
/// which ends with the process, also one in another container or on another machine of an NFS.
/// So whoever finds a draft knows whether its maker is still there:
///
/// ```swift
/// import Outputs
///
/// func clean(_ folder: String) {
///   for path in Drafts.abandoned(in: folder) where Drafts.remove(path) { print("removed \(path)") }
/// }
/// ```
public enum Drafts {
  private static let counter = Atomic<Int>(0)
  private static let me = getpid()
  private static let start = startTime(of: me) ?? "0"
  /// A name is at most 255 bytes; the rest of a draft's takes up to 60.
  private static let nameLimit = 180

  /// A new draft's path beside a file or folder.
  static func path(for target: String) -> String {
    let (folder, name) = Paths.split(target)
    var short = name
    while short.utf8.count > nameLimit { short.removeLast() }
    // A child that was forked counts as itself.
    let mine = getpid() == me ? start : startTime(of: getpid()) ?? "0"
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return "\(folder).\(short).\(getpid())-\(mine)-\(number).part"
  }

  /// Locks a draft until its descriptor closes.
  static func hold(_ descriptor: Int32) {
    // A file system without locks leaves the process to tell by.
    _ = flock(descriptor, LOCK_SH | LOCK_NB)
  }

  /// Drafts in a folder, not below it, whose makers are gone.
  public static func abandoned(in folder: String) -> [String] {
    (Paths.names(in: folder) ?? []).filter { maker(of: $0) != nil }
      .map { folder + "/" + $0 }
      .filter { !isHeld($0) }
      .sorted()
  }

  /// Removes a draft, a file or a folder.
  ///
  /// - Returns: False where it is no draft, its maker is still there, or it can't be removed.
  public static func remove(_ path: String) -> Bool {
    guard maker(of: Paths.split(path).name) != nil, !isHeld(path) else { return false }
    return Paths.removeTree(path)
  }

  /// Removes a file, or a folder with all in it.
  ///
  /// - Returns: False where something of it can't be removed.
  public static func removeTree(_ path: String) -> Bool { Paths.removeTree(path) }

  /// The process that a draft's name tells of; `nil` where it is no draft.
  private static func maker(of name: String) -> (process: Int32, start: String)? {
    guard name.hasPrefix("."), name.hasSuffix(".part") else { return nil }
    let words = name.dropLast(5).split(separator: ".").last?.split(separator: "-") ?? []
    guard words.count == 3, words.allSatisfy({ $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
      let process = Int32(words[0])
    else { return nil }
    return (process, String(words[1]))
  }

  private static func isHeld(_ path: String) -> Bool {
    guard let (process, start) = maker(of: Paths.split(path).name) else { return true }
    return startTime(of: process) == start || isLocked(path)
  }

  /// Whether a process has a file or folder open and locked.
  public static func isLocked(_ path: String) -> Bool {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// When a process began, as the kernel counts; `nil` where there is none of that number.
  private static func startTime(of process: Int32) -> String? {
    let descriptor = unsafe open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = unsafe read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    // The program's name is in brackets and may hold anything; behind it come fields 3 and on.
    guard let bracket = buffer[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = buffer[bracket..<count].split(separator: UInt8(ascii: " "))
    return fields.count > 20 ? String(decoding: fields[20], as: UTF8.self) : nil
  }
}
