// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// Does the work and prints the figure.
func measure(_ name: String) throws {
  switch name {
  case "ring": print(try Hops.ring(size: 100, hops: 2_000_000, callback: true))
  case "async-ring": print(try Hops.ring(size: 100, hops: 1_000_000, callback: false))
  case "chain": print(try Hops.chain(length: 10, count: 500_000, capacity: 32, callback: true))
  case "chain-1": print(try Hops.chain(length: 10, count: 100_000, capacity: 1, callback: true))
  case "async-chain":
    print(try Hops.chain(length: 10, count: 300_000, capacity: 32, callback: false))
  case "idle": print(Crowds.idleBytes(count: 10_000, callback: true))
  case "async-idle": print(Crowds.idleBytes(count: 10_000, callback: false))
  case "lives": print(Crowds.lives(count: 100_000))
  case "wakes": print(Crowds.wakes(count: 10_000, seconds: 2))
  case "halves": print(try Crossing.halves(length: 10, count: 300_000))
  case "producers": print(try Crossing.producers(6, count: 100_000))
  case "two-pipelines": print(try Crossing.speedUp(length: 10, count: 300_000))
  case "echo": try serveEcho()
  default:
    writeLine("Benchmarks: no measure \"\(name)\"; see Measures.swift", to: 2)
    exitNow(64)
  }
}

/// CPU time of the process: what one thread's work costs, whatever else the machine does.
func cpuNanoseconds() -> Int64 { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

/// The time that has passed, for work on two threads.
func wallNanoseconds() -> Int64 { nanoseconds(CLOCK_MONOTONIC) }

private func nanoseconds(_ clock: clockid_t) -> Int64 {
  var time = timespec()
  unsafe clock_gettime(clock, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

func writeLine(_ line: String, to descriptor: Int32) {
  var text = line + "\n"
  text.withUTF8 { _ = unsafe write(descriptor, $0.baseAddress, $0.count) }
}

func exitNow(_ code: Int32) -> Never { exit(code) }
