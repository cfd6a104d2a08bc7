// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

// A child process that behaves as its first argument says; the second is a number that goes with it.

let behaviour = CommandLine.arguments.dropFirst().first ?? ""
let number = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 0
exit(behave(behaviour, number))
