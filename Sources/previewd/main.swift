// SPDX-License-Identifier: Apache-2.0
import Arguments
import Glibc

let code: Int32 =
  switch program.readOrExit() {
  case .serve(let values): serve(values)
  case .extract(let values): extract(values)
  case .probe(let values): probe(values)
  case .worker: decode()
  }
exit(code)
