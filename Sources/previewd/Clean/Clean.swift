// SPDX-License-Identifier: Apache-2.0
import Arguments
import Axon
import Batch
import Glibc

struct CleanValues: Sendable {
  var folders: [String] = []
  var goesDown = false
  var age = Duration.seconds(30 * 86_400)
  var orphans = false
  var isRehearsal = false
}

let cleanCommand = Command(
  "gc", "remove what interrupted runs left behind", CleanValues(),
  operands: Operands(
    each: "FOLDER", atLeast: 0, "folders to look through for half-written outputs", \.folders,
    .path),
  options: [
    Option(flag: "recursive", "r", "look through folders within folders too", \.goesDown),
    Option(
      "older-than", nil, "TIME",
      "of unfinished runs' pictures and of key maps, those not used for TIME (default 30 days)",
      \.age, .time(in: .zero ... .seconds(3650 * 86_400))),
    Option(
      flag: "orphans", nil, "outputs of recordings that are gone, too", \.orphans),
    Option(flag: "dry-run", nil, "only say what would be removed", \.isRehearsal),
  ],
  details: [
    "Looks through the folders named, and through what extract keeps: $PREVIEWD_CACHE, else "
      + "previewd in the user's cache folder. Nothing that a run has in use is touched."
  ],
  example: "previewd gc -r /srv/previews"
) { Job.clean($0) }

/// `previewd gc`: the exit code.
func clean(_ values: CleanValues) -> Int32 {
  let environment = { (name: String) in unsafe getenv(name).map { unsafe String(cString: $0) } }
  let sweep = Sweep(state: .usual(environment), time: time(nil))
  var found = sweep.kept(age: values.age, orphans: values.orphans)
  for folder in values.folders { found += sweep.drafts(in: folder, goesDown: values.goesDown) }
  var code: Int32 = 0
  var bytes: Int64 = 0
  for item in found {
    if values.isRehearsal {
      print("\(item.path): would be removed: \(item.reason)")
    } else if Sweep.remove(item) {
      print("\(item.path): removed: \(item.reason)")
    } else {
      complain("previewd: \(item.path): could not be removed: check its permissions")
      code = 1
      continue
    }
    bytes += item.byteCount
  }
  print("\(found.count) things, \(bytes) bytes")
  return code
}
