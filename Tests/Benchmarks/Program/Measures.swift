// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// Does the work that the words ask for, and prints the figure.
func measure(_ words: [String]) throws {
  let name = words.first ?? ""
  let numbers = words.dropFirst().compactMap { Int($0) }
  let isCallback = words.last == "callback"
  switch (name, numbers.count) {
  case ("chain", 3) where words.last == "stream":
    print(Streams.chain(length: numbers[0], count: numbers[1], capacity: numbers[2]))
  case ("chain", 3):
    print(
      try Hops.chain(
        length: numbers[0], count: numbers[1], capacity: numbers[2], callback: isCallback))
  case ("ring", 2): print(try Hops.ring(size: numbers[0], hops: numbers[1], callback: isCallback))
  case ("idle", 1): print(Crowds.idleBytes(count: numbers[0], callback: isCallback))
  case ("lives", 1): print(Crowds.lives(count: numbers[0]))
  case ("wakes", 2): print(Crowds.wakes(count: numbers[0], seconds: UInt32(numbers[1])))
  case ("halves", 2): print(try Crossing.halves(length: numbers[0], count: numbers[1]))
  case ("producers", 2): print(try Crossing.producers(numbers[0], count: numbers[1]))
  case ("two-pipelines", 2): print(try Crossing.speedUp(length: numbers[0], count: numbers[1]))
  case ("process-start", 0): print(try InProcess.milliseconds())
  case ("process-trips", 1): print(try InProcess.tripsPerSecond(numbers[0]))
  case ("process-wakes", 1): print(try InProcess.wakes(seconds: numbers[0]))
  case ("child", 0): exitNow(InProcess.child())
  case ("echo", 0): try serveEcho()
  default:
    writeLine("Benchmarks: no measure \"\(words.joined(separator: " "))\"", to: 2)
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
