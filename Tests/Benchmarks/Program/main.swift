// SPDX-License-Identifier: Apache-2.0
import Glibc
func nanoseconds() -> Int64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
func measure() throws {
  let a = CommandLine.arguments
  let cb = a[2] == "cb"
  switch a[1] {
  case "chain": print(try Hops.chain(length: 10, count: 500_000, capacity: 32, callback: cb))
  case "cap1": print(try Hops.chain(length: 10, count: 100_000, capacity: 1, callback: cb))
  case "ring": print(try Hops.ring(size: 100, hops: 2_000_000, callback: cb))
  default: break
  }
}
try measure()
