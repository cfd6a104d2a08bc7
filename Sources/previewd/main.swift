// SPDX-License-Identifier: Apache-2.0
import Arguments
import Axon
import Glibc
import Processes

let code: Int32 =
  switch program.readOrExit() {
  case .serve(let values): serve(values)
  case .extract(let values): Forerunners.fork(values.processes) ? decode() : extract(values)
  case .probe(let values): probe(values)
  case .graph(let values): graph(values)
  case .clean(let values): clean(values)
  case .worker: decode()
  }
// What was printed may not have been written yet, and there may be no room for it.
if fflush(nil) != 0, code == 0 {
  let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
  complain("previewd: write standard output: \(reason)")
  exit(74)
}
exit(code)
