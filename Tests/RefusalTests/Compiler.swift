// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A source that exists in two forms: a wrong one and a right one.
struct Program: Sendable, CustomTestStringConvertible {
  let path: String
  /// What the compiler must say of the wrong one.
  let complaint: String

  var testDescription: String { path.split(separator: "/").suffix(2).joined(separator: "/") }

  static let all: [Program] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Programs")
    let paths = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
      .compactMap { ($0 as? URL)?.path() }.filter { $0.hasSuffix(".swift") }
    return (paths ?? []).sorted().map { path in
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      let mark = "// refused: "
      let line = text.split(separator: "\n").first { $0.hasPrefix(mark) }
      return Program(path: path, complaint: String(line?.dropFirst(mark.count) ?? ""))
    }
  }()
}

/// The Swift compiler, with the module of Axon that this test is built with.
enum Compiler {
  struct Broken: Error {
    let output: String
  }

  /// What stands for the project's settings in `Package.swift`.
  private static let settings =
    ["-swift-version", "6", "-strict-memory-safety", "-suppress-warnings", "-parse-as-library"]
    + [
      "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility",
      "InferIsolatedConformances", "NonisolatedNonsendingByDefault",
    ].flatMap { ["-enable-upcoming-feature", $0] }

  /// The complaints about a file.
  ///
  /// Not `-typecheck`: races are looked for afterwards.
  static func errors(in path: String, defining names: [String]) async throws -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["swiftc", "-emit-sil", "-o", "/dev/null", "-I", "\(products)/Modules"]
      + ["-Xcc", "-fmodule-map-file=\(products)/CLinux.build/module.modulemap"] + settings
      + names.flatMap { ["-D", $0] } + [path]
    let pipe = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = pipe
    // Other tests go on meanwhile. What it says of one short file fits into the pipe.
    try await withCheckedThrowingContinuation { (end: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in end.resume() }
      do {
        try process.run()
      } catch {
        end.resume(throwing: error)
      }
    }
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let errors = output.split(separator: "\n").map(String.init).filter {
      $0.hasPrefix(path) && $0.contains(": error: ")
    }
    if errors.isEmpty, process.terminationStatus != 0 { throw Broken(output: output) }
    return errors
  }

  /// Where the modules lie: in the folder of the program that runs this test.
  private static let products =
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .path(percentEncoded: false)
}
