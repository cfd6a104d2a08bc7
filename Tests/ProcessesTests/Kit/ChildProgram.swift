// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Media
import Processes

/// The program beside the tests that behaves as it is told.
enum ChildProgram {
  static let path: String = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? tests
    return (bundle as NSString).deletingLastPathComponent + "/processes-child"
  }()

  /// What starts it; a crash is no reason for Swift's own report, which takes seconds.
  static func settings(_ behaviour: String, _ number: Int = 0) -> ProcessSettings {
    var settings = ProcessSettings(program: path, arguments: [behaviour, "\(number)"])
    settings.environment = ["SWIFT_BACKTRACE": "enable=no"]
    settings.keepsErrors = true
    settings.deadline = .seconds(60)
    settings.patience = .seconds(20)
    return settings
  }

  /// What a program gets that is started without settings; the sanitizers' options pass through.
  static let environment = ProcessInfo.processInfo.environment
    .filter { $0.key.hasSuffix("SAN_OPTIONS") }
    .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }

  /// Whether a process is there and not just waiting to be waited for.
  static func isAlive(_ process: Int32) -> Bool {
    let facts = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    return !facts.isEmpty && !facts.contains(") Z ")
  }

  /// Whether a sanitizer watches: it has a shadow over every limit and its own words for a crash.
  static let isSanitized: Bool = {
    let marks: [String] = ["__tsan_init", "__asan_init"]
    return marks.contains { unsafe dlsym(nil, $0) != nil }
  }()
}

/// Numbered frames, with something in every field.
func frames(_ range: Range<Int>, byteCount: Int = 10) -> [PreviewFrame] {
  range.map { number in
    PreviewFrame(
      kind: number % 2 == 0 ? .picture : .audio, flags: number % 3 == 0 ? .keyframe : [],
      sequence: UInt32(number * 7), time: Int64(number) * 1000 - 5,
      payload: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: byteCount))
  }
}

/// What sets off what the child does.
let trigger = PreviewFrame(kind: .control)
