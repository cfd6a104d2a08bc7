// SPDX-License-Identifier: Apache-2.0
internal import CSeccomp
internal import Glibc

/// System calls by what becomes of them in an isolated process.
///
/// What isn't named here ends the process: docs/ISOLATION.md.
enum SystemCalls {
  static let allowed = [
    // The recording and the stream to the parent, both open already.
    "read", "readv", "pread64", "preadv", "lseek", "fstat", "write", "writev", "close", "dup",
    "fcntl", "recvmsg", "recvfrom", "sendmsg", "shutdown",
    // Waiting.
    "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd2", "poll",
    "ppoll", "futex", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep",
    "gettimeofday", "time", "restart_syscall",
    // Memory; below, what depends on its arguments.
    "brk", "munmap", "mremap", "madvise", "membarrier", "mincore",
    // Threads of its own, and their end.
    "set_robust_list", "rseq", "gettid", "getpid", "sched_yield", "sched_getaffinity",
    "sched_getparam", "sched_getscheduler", "getcpu", "exit", "exit_group",
    // Signals: crashes are told by them.
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
    // Facts about nobody but itself.
    "getrandom", "getrusage", "times", "getuid", "geteuid", "getgid", "getegid", "getppid",
  ]

  /// Allowed as long as all conditions hold.
  static var allowedIf: [(String, [scmp_arg_cmp])] {
    [
      // No memory becomes code, so nothing is loaded any more.
      ("mmap", [bits(of: 2, UInt64(PROT_EXEC), are: 0)]),
      ("mprotect", [bits(of: 2, UInt64(PROT_EXEC), are: 0)]),
      // Threads, not processes.
      ("clone", [bits(of: 0, CSECCOMP_NEW_THREAD, are: CSECCOMP_NEW_THREAD)]),
      // The C library's fstat: an open file, no path.
      ("newfstatat", [bits(of: 3, CSECCOMP_NO_PATH, are: CSECCOMP_NO_PATH)]),
      ("statx", [bits(of: 2, CSECCOMP_NO_PATH, are: CSECCOMP_NO_PATH)]),
      // Only to whom the socket leads.
      ("sendto", [equal(4, 0)]),
      // Signals to itself: abort.
      ("tgkill", [equal(0, UInt64(getpid()))]),
      ("kill", [equal(0, UInt64(getpid()))]),
      // Its own limits, read.
      ("prlimit64", [equal(0, 0), equal(2, 0)]),
      // A thread's name.
      ("prctl", [equal(0, CSECCOMP_NAME_THREAD)]),
    ]
  }

  /// Refused with EPERM as long as all conditions hold.
  static var refusedIf: [(String, [scmp_arg_cmp])] {
    [
      ("prlimit64", [differs(2, 0)]),
      ("prctl", [differs(0, CSECCOMP_NAME_THREAD)]),
    ]
  }

  /// Refused with EPERM, since a library may ask by habit and does without.
  static let refused = [
    "ioctl", "getcwd", "readlink", "readlinkat", "access", "faccessat", "faccessat2",
    "uname", "sysinfo", "sched_setaffinity", "sched_setscheduler", "setpriority", "getpriority",
    "fadvise64", "readahead", "mlock", "mbind", "set_mempolicy", "get_mempolicy", "flock",
    "ftruncate", "fallocate", "fsync", "umask", "sched_setattr", "sched_getattr",
  ]

  /// What not even a process with a sanitizer in it may do; the search for leaks traces, so it may.
  static let worst = [
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4",
    "process_vm_readv", "process_vm_writev", "mount", "umount2", "pivot_root", "chroot", "unshare",
    "setns", "bpf", "perf_event_open", "keyctl", "add_key", "request_key", "init_module",
    "finit_module", "kexec_load", "reboot", "unlink", "unlinkat", "rename", "renameat",
    "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink", "symlinkat", "chmod",
    "fchmodat", "chown", "fchownat", "setuid", "setgid", "io_uring_setup",
  ]

  private static func bits(of argument: UInt32, _ mask: UInt64, are value: UInt64) -> scmp_arg_cmp {
    scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
  }

  private static func equal(_ argument: UInt32, _ value: UInt64) -> scmp_arg_cmp {
    scmp_arg_cmp(arg: argument, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
  }

  private static func differs(_ argument: UInt32, _ value: UInt64) -> scmp_arg_cmp {
    scmp_arg_cmp(arg: argument, op: SCMP_CMP_NE, datum_a: value, datum_b: 0)
  }

  /// What a call is called; its number where nobody knows.
  static func name(of number: Int32) -> String {
    guard let name = unsafe seccomp_syscall_resolve_num_arch(seccomp_arch_native(), number)
    else { return "\(number)" }
    defer { unsafe free(name) }
    return unsafe String(cString: name)
  }
}
