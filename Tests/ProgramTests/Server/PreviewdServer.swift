// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Media

/// A `previewd serve` of its own on a free port.
final class PreviewdServer {
  let running: RunningProgram
  let port: UInt16

  init(_ paths: [String], options: [String] = [], deadline: Duration = .seconds(60)) throws {
    running = try Program.previewd.start(
      ["serve", "--port", "0"] + options + paths, deadline: deadline)
    let line = try running.nextLine(of: .errors) { $0.contains("serving at=preview://") }
    let digits = line.split(separator: "/").first { $0.contains(":") && $0.last?.isNumber == true }
    port = digits.flatMap { UInt16($0.split(separator: ":").last ?? "") } ?? 0
  }

  func connect(room: Int32? = nil) throws -> ServerConnection {
    try ServerConnection(port: port, room: room)
  }

  /// One request, its answer.
  func answer(to request: PreviewRequest) throws -> Answer {
    let connection = try connect()
    try connection.ask(request)
    return try connection.answer()
  }

  /// Its decoder processes.
  var workers: [pid_t] { Self.children(of: running.process) }

  /// Children that have ended and weren't waited for.
  var zombies: [pid_t] {
    workers.filter { worker in
      let facts = (try? String(contentsOfFile: "/proc/\(worker)/stat", encoding: .utf8)) ?? ""
      return facts.contains(") Z ")
    }
  }

  /// Memory that it holds, in bytes.
  var memory: Int {
    let facts =
      (try? String(contentsOfFile: "/proc/\(running.process)/status", encoding: .utf8)) ?? ""
    let line = facts.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) << 10
  }

  private static func children(of process: pid_t) -> [pid_t] {
    let path = "/proc/\(process)/task/\(process)/children"
    return ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
      .split(separator: " ").compactMap { pid_t($0) }
  }
}

/// Looks again and again until something is so; false when it isn't in time.
func eventually(_ patience: Duration = .seconds(10), _ isSo: () -> Bool) -> Bool {
  let deadline = ContinuousClock.now + patience
  while !isSo() {
    if .now > deadline { return false }
    usleep(2000)
  }
  return true
}
