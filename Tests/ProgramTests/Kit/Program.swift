// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// A program that was built beside the tests, or one of the system's.
///
/// ```swift
/// let finished = try Program.previewclient.run(["--version"])
/// #expect(finished.exitCode == 0)
/// ```
struct Program: Sendable {
  /// Absolute path; empty where there is none.
  let path: String

  static let previewd = Program(built: "previewd")
  static let previewclient = Program(built: "previewclient")
  static let ffmpeg = Program(installed: "ffmpeg")
  static let oggdec = Program(installed: "oggdec")
  static let oggenc = Program(installed: "oggenc")
  static let python = Program(installed: "python3")

  /// A product of this package: it lies in the folder of the test bundle.
  init(built name: String) {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? tests
    self.init(firstIn: [(bundle as NSString).deletingLastPathComponent], name)
  }

  /// A program in PATH.
  init(installed name: String) {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    self.init(firstIn: path.split(separator: ":").map(String.init), name)
  }

  private init(firstIn folders: [String], _ name: String) {
    path =
      folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
      ?? ""
  }

  /// Whether it is there: for `.enabled(if:)`.
  var isThere: Bool { !path.isEmpty }

  /// Whether the thread sanitizer watches: its shadow begins in a file, which a limit cuts off.
  static let isThreadSanitized: Bool = {
    let mark: String = "__tsan_init"
    return unsafe dlsym(nil, mark) != nil
  }()

  /// How a program ended, and all it wrote that nobody had read.
  struct Finished: Sendable {
    /// Its exit code, or minus the signal that ended it.
    let exitCode: Int32
    let outputBytes: [UInt8]
    let errorBytes: [UInt8]
    var output: String { String(decoding: outputBytes, as: UTF8.self) }
    var errors: String { String(decoding: errorBytes, as: UTF8.self) }
  }

  /// Runs it to its end.
  ///
  /// - Parameters:
  ///   - arguments: Without its own name.
  ///   - input: All of its standard input.
  ///   - environment: All variables it gets but PATH, HOME and those for the tests.
  ///   - deadline: From its start.
  /// - Returns: How it ended and what it wrote.
  /// - Throws: ``Failed`` where it can't be started or isn't done at its deadline; it is killed then.
  func run(
    _ arguments: [String] = [], input: [UInt8] = [], environment: [String: String] = [:],
    deadline: Duration = .seconds(30)
  ) throws -> Finished {
    let running = try start(
      arguments, environment: environment, deadline: deadline)
    running.give(input)
    running.endInput()
    return try running.wait()
  }

  /// Starts it; it is killed when the value goes away or the deadline passes.
  func start(
    _ arguments: [String] = [], environment: [String: String] = [:],
    deadline: Duration = .seconds(30)
  ) throws -> RunningProgram {
    guard isThere else { throw Failed(what: "the program isn't built or installed") }
    return try RunningProgram(
      path: path, arguments: arguments, environment: environment,
      deadline: deadline)
  }

  /// What went wrong with a program, and what it wrote up to then.
  struct Failed: Error, CustomStringConvertible {
    let what: String
    var output = ""
    var errors = ""
    var description: String { "\(what); output: \(output.debugDescription); errors: \(errors)" }
  }
}
