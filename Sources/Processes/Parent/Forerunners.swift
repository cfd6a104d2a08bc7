// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// Children that are forked when a program begins, and started later.
///
/// A new process of a program with many libraries spends 20 to 60 ms on linking them again; a fork has
/// them linked, and shares their memory. A program that is its own child asks for them first of all:
///
/// ```swift
/// if Forerunners.fork(4) { exit(runAsProcess { Decoder() }) }
/// ```
/// A `ProcessComponent` whose settings say ``ProcessSettings/isForkedAhead`` starts one, as long as
/// there are any.
public enum Forerunners {
  /// Forks processes that wait to be started, while the calling thread is the only one.
  ///
  /// - Parameter count: How many; those never started end with this process.
  /// - Returns: True in a process that was started: it is a child now. False here.
  public static func fork(_ count: Int) -> Bool { clinux_fork_ahead(Int32(clamping: count)) > 0 }
}
