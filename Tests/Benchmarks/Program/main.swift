// SPDX-License-Identifier: Apache-2.0

// Benchmarks MEASURE NUMBER... [callback|async|stream] prints one number; Benchmarks echo serves. What is compared with what, and how
// often, is the business of Tests/Benchmarks/bench.py.

do {
  try measure(Array(CommandLine.arguments.dropFirst()))
} catch {
  writeLine("Benchmarks: \(error)", to: 2)
  exitNow(1)
}
