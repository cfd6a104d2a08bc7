// SPDX-License-Identifier: Apache-2.0
// Child processes, watched through a descriptor. Swift's Glibc module has no pidfd, and imports
// neither `errno` nor the file actions of posix_spawn in a form that can be used.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// How a process is started.
struct clinux_start {
  const char *program;       // a path
  char *const *arguments;    // the name first, NULL at the end
  char *const *environment;  // NULL at the end; NULL itself: ours
  const int *passed;         // become descriptors 3, 4, ... there; it gets no other
  int passed_count;
  int errors;  // its standard error; -1: ours
};

/// Starts a program in a process group of its own, with no signal blocked or ignored, standard input
/// and output on /dev/null. Process number, with a descriptor that is readable once it has ended; or
/// -errno.
int clinux_start_process(const struct clinux_start *start, int *watch);
/// Forks processes that wait to be started as this same program: they cost a hundredth of a new one,
/// whose libraries have to be linked again. Only while there is one thread. In a process that was
/// started, the number that it was forked as, from 1 on; 0 here. One that isn't needed ends with us.
int clinux_fork_ahead(int count);
/// Starts one that was forked ahead; `arguments` aren't used. As clinux_start_process; -ESRCH when none
/// is left.
int clinux_start_forked(const struct clinux_start *start, int *watch);
/// Limits a process; `what` is one of those below. 0 or -errno.
int clinux_limit_process(int process, int what, uint64_t most, uint64_t grace);
enum {
  CLINUX_LIMIT_MEMORY = 1,  // bytes of private memory (RLIMIT_DATA)
  CLINUX_LIMIT_CPU = 2,     // seconds; SIGXCPU at `most`, SIGKILL at `most` + `grace`
  CLINUX_LIMIT_FILES = 3,   // descriptors
};
/// Sends a signal to the process behind a watch descriptor.
void clinux_signal_process(int watch, int signal);
/// How the process behind a watch descriptor ended; it is let go of. With `wait` it is waited for.
/// Minus its signal, or its exit code; CLINUX_RUNNING; CLINUX_LOST when somebody else took it.
int clinux_process_end(int watch, int wait);
enum { CLINUX_RUNNING = 1 << 20, CLINUX_LOST };
/// The environment variable at a place, "NAME=value"; NULL behind the last.
const char *clinux_environment(int place);
/// "SEGV", in static storage; NULL for a number that is no signal.
const char *clinux_signal_name(int signal);

/// Asks the kernel to end this process when the thread that started it ends.
void clinux_end_with_parent(void);
/// From now on a crash for want of memory ends this process with CLINUX_EXIT_MEMORY.
void clinux_tell_want_of_memory(void);
enum { CLINUX_EXIT_MEMORY = 86 };
/// From now on a crash isn't reported by whoever would have done it before, but ends the process.
void clinux_forget_crash_reports(void);
/// Whether a sanitizer is built in.
int clinux_is_sanitized(void);
/// Whether this descriptor is a socket; it is closed on exec from now on.
int clinux_claim_socket(int descriptor);

/// A pipe, both ends closed on exec, reading never blocks. 0 or -errno.
int clinux_pipe(int *reading, int *writing);
/// Bytes read, 0 at the end, or -errno.
long clinux_read(int descriptor, void *bytes, size_t count);
