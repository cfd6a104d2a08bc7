// SPDX-License-Identifier: Apache-2.0
import Axon
import Foundation

// previewd-fuzz [--seed N] [--count N] [--most N] [--processes N] [--worker PATH] [--recipes]
//   [--keep FOLDER] FILE|FOLDER...
//
// Spoils recordings, has each decoded in isolated processes, and prints what shouldn't be: decoders
// that die, claims that can't be true, memory and descriptors that grow. The same seed spoils the same
// way, as long as the recordings are the same; --keep writes what was spoilt. Exit code 0 without findings, 1 with, 64 misused.

var settings = FuzzRun.Settings()
let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
settings.worker = (own as NSString).deletingLastPathComponent + "/previewd"
var paths: [String] = []
var arguments = CommandLine.arguments.dropFirst()

func misused(_ why: String) -> Never {
  complain("previewd-fuzz: \(why)")
  exit(64)
}

func number(_ text: String?, of option: String) -> Int {
  guard let text, let value = Int(text), value >= 0 else {
    misused("\(option) needs a number")
  }
  return value
}

while let argument = arguments.popFirst() {
  switch argument {
  case "--seed": settings.first = UInt64(number(arguments.popFirst(), of: argument))
  case "--count": settings.count = number(arguments.popFirst(), of: argument)
  case "--most": settings.most = max(1, number(arguments.popFirst(), of: argument))
  case "--processes": settings.processes = max(1, number(arguments.popFirst(), of: argument))
  case "--worker": settings.worker = arguments.popFirst() ?? ""
  case "--recipes": settings.isTold = true
  case "--keep": settings.keep = arguments.popFirst()
  case let option where option.hasPrefix("-"): misused("there is no option \(option)")
  default: paths.append(argument)
  }
}

/// The files, and those in the folders, by name: the same order everywhere.
func specimens(in paths: [String]) -> [Specimen] {
  var found: [Specimen] = []
  for path in paths {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted()
    for file in names.map({ $0.map { "\(path)/\($0)" } }) ?? [path] {
      let isText = [".tsv", ".sh", ".md"].contains { file.hasSuffix($0) }
      guard !isText, let data = FileManager.default.contents(atPath: file), data.count < 64 << 20
      else { continue }
      found.append(Specimen(name: (file as NSString).lastPathComponent, bytes: Array(data)))
    }
  }
  return found
}

settings.specimens = specimens(in: paths)
guard !settings.specimens.isEmpty else { misused("no recordings: name files or folders") }
guard FileManager.default.isExecutableFile(atPath: settings.worker) else {
  misused("\(settings.worker) isn't there: build previewd, or say --worker")
}

let tally = Tally()
let scheduler = Scheduler(onFault: { fault in
  // Decoders that die are told by their mutants; all else is our own.
  if !"\(fault)".contains("ProcessComponent") { tally.add("\(fault)") }
})
scheduler.activate(FuzzRun(settings, tally))
scheduler.run()
print("seeds \(settings.first)..<\(settings.first + UInt64(settings.count)): \(tally.summary)")
exit(tally.findings == 0 ? 0 : 1)
