// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import CSeccomp
internal import Glibc

/// What a child process gives up before it reads its first message: docs/ISOLATION.md.
///
/// For good: neither it nor what it may start can have it back.
enum Isolation {
  /// Something could not be given up: the process must not work.
  struct Fault: Error, CustomStringConvertible {
    let what: String
    let code: Int32
    var description: String {
      let reason = unsafe clinux_error_text(code).map { unsafe String(cString: $0) }
      return "the process can't be isolated: \(what): \(reason ?? "error \(code)")"
    }
  }

  static func begin(_ board: ProgressBoard?) throws(Fault) {
    let code = clinux_give_up_rights()
    guard code == 0 else { throw Fault(what: "limits", code: -code) }
    board?.tellForbiddenCalls()
    var filter = try SystemCallFilter()
    if clinux_is_sanitized() == 0 {
      try filter.allowDecoding()
    } else {
      try filter.refuseWorst()
    }
    try filter.load()
  }
}

/// A seccomp filter on its way into the kernel.
@safe private struct SystemCallFilter: ~Copyable {
  private let filter: UnsafeMutableRawPointer

  init() throws(Isolation.Fault) {
    // What no rule names: forbidden, but under a sanitizer, which has needs of its own.
    let usual = clinux_is_sanitized() == 0 ? CSECCOMP_TRAP : CSECCOMP_ALLOW
    guard let filter = unsafe seccomp_init(usual) else {
      throw Isolation.Fault(what: "seccomp", code: ENOMEM)
    }
    unsafe self.filter = filter
  }

  deinit { unsafe seccomp_release(filter) }

  /// Reading what is open, waiting, memory, threads: what decoders and a scheduler live on.
  mutating func allowDecoding() throws(Isolation.Fault) {
    for name in SystemCalls.allowed { try rule(CSECCOMP_ALLOW, name) }
    for (name, conditions) in SystemCalls.allowedIf {
      try rule(CSECCOMP_ALLOW, name, conditions)
    }
    for (name, conditions) in SystemCalls.refusedIf {
      try rule(cseccomp_refuse(UInt16(EPERM)), name, conditions)
    }
    for name in SystemCalls.refused { try rule(cseccomp_refuse(UInt16(EPERM)), name) }
    // Its flags are in memory, where no filter sees them; the C library then takes clone.
    try rule(cseccomp_refuse(UInt16(ENOSYS)), "clone3")
  }

  /// Sanitizers read files and start their symbolizer; all else stays forbidden.
  mutating func refuseWorst() throws(Isolation.Fault) {
    for name in SystemCalls.worst { try rule(CSECCOMP_TRAP, name) }
  }

  consuming func load() throws(Isolation.Fault) {
    // All threads there are, and no new privileges, which is libseccomp's default.
    unsafe seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1)
    let code = unsafe seccomp_load(filter)
    guard code == 0 else { throw Isolation.Fault(what: "seccomp", code: -code) }
  }

  private func rule(
    _ action: UInt32, _ name: String, _ conditions: [scmp_arg_cmp] = []
  ) throws(Isolation.Fault) {
    let number = unsafe seccomp_syscall_resolve_name(name)
    // Not a call of this processor's.
    guard number >= 0 else { return }
    let code = unsafe seccomp_rule_add_array(
      filter, action, number, UInt32(conditions.count), conditions)
    guard code == 0 else { throw Isolation.Fault(what: "seccomp, \(name)", code: -code) }
  }
}
