// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { FIRST_PASSED = 3, MOST_PASSED = 16 };

static int spawn(const struct clinux_start *start, const int *passed, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  if (start->errors >= 0)
    posix_spawn_file_actions_adddup2(&actions, start->errors, STDERR_FILENO);
  for (int i = 0; i < start->passed_count; i++)
    posix_spawn_file_actions_adddup2(&actions, passed[i], FIRST_PASSED + i);
  posix_spawn_file_actions_addclosefrom_np(&actions, FIRST_PASSED + start->passed_count);
  posix_spawnattr_init(&attributes);
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  // A group of its own: an interrupt typed at the terminal is for the parent, which ends it.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  int error = posix_spawn(process, start->program, &actions, &attributes, start->arguments,
                          start->environment ? start->environment : environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return -error;
}

int clinux_start_process(const struct clinux_start *start, int *watch) {
  pid_t process = -1;
  int high[MOST_PASSED], moved = 0, result = 0;
  if (start->passed_count > MOST_PASSED) return -E2BIG;
  // Out of the way of the numbers that they are to get.
  for (; moved < start->passed_count && result == 0; moved++) {
    high[moved] = fcntl(start->passed[moved], F_DUPFD_CLOEXEC, FIRST_PASSED + MOST_PASSED);
    if (high[moved] < 0) result = -errno;
  }
  if (result == 0) result = spawn(start, high, &process);
  for (int i = 0; i < moved; i++)
    if (high[i] >= 0) close(high[i]);
  if (result < 0) return result;
  *watch = pidfd_open(process, 0);
  if (*watch >= 0) return process;
  result = -errno;
  kill(process, SIGKILL);
  while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
  return result;
}

// Present where a sanitizer is built in: its shadow counts as memory, and is over every limit.
void __asan_init(void) __attribute__((weak));
void __tsan_init(void) __attribute__((weak));

int clinux_is_sanitized(void) { return __asan_init || __tsan_init; }

int clinux_limit_process(int process, int what, uint64_t most, uint64_t grace) {
  struct rlimit limit = {most, most + grace};
  int error;
  switch (what) {
    case CLINUX_LIMIT_MEMORY:
      if (clinux_is_sanitized()) return 0;
      error = prlimit(process, RLIMIT_DATA, &limit, NULL);
      break;
    case CLINUX_LIMIT_CPU: error = prlimit(process, RLIMIT_CPU, &limit, NULL); break;
    case CLINUX_LIMIT_FILES: error = prlimit(process, RLIMIT_NOFILE, &limit, NULL); break;
    default: return -EINVAL;
  }
  return error ? -errno : 0;
}

void clinux_signal_process(int watch, int signal) { pidfd_send_signal(watch, signal, NULL, 0); }

int clinux_process_end(int watch, int wait) {
  siginfo_t info = {0};
  int error;
  do error = waitid(P_PIDFD, (id_t)watch, &info, WEXITED | (wait ? 0 : WNOHANG));
  while (error && errno == EINTR);
  if (error) return CLINUX_LOST;
  if (info.si_pid == 0) return CLINUX_RUNNING;
  return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

const char *clinux_environment(int place) { return environ ? environ[place] : NULL; }

const char *clinux_signal_name(int signal) { return sigabbrev_np(signal); }

void clinux_end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }

// A crash: at an address, by a trap that the compiler set, or by abort().
static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
enum { FAULTS = sizeof faults / sizeof *faults };
static struct sigaction former[FAULTS];

static void crashed(int number) {
  // The question is not how much there was, but whether there is any left.
  size_t little = 1 << 20;
  void *more = mmap(NULL, little, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (more == MAP_FAILED) _exit(CLINUX_EXIT_MEMORY);
  munmap(more, little);
  for (int i = 0; i < FAULTS; i++)
    if (faults[i] == number) sigaction(number, &former[i], NULL);
  // What was sent doesn't come again by itself, as a fault does when we return.
  raise(number);
}

void clinux_tell_want_of_memory(void) {
  struct sigaction action = {.sa_handler = crashed};
  for (int i = 0; i < FAULTS; i++) sigaction(faults[i], &action, &former[i]);
}

void clinux_forget_crash_reports(void) {
  // A sanitizer's report is what it was built for.
  if (clinux_is_sanitized()) return;
  for (int i = 0; i < FAULTS; i++) former[i] = (struct sigaction){.sa_handler = SIG_DFL};
}

int clinux_claim_socket(int descriptor) {
  int type;
  socklen_t length = sizeof type;
  if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) != 0) return 0;
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return 1;
}

int clinux_pipe(int *reading, int *writing) {
  int pair[2];
  if (pipe2(pair, O_CLOEXEC) != 0) return -errno;
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  *reading = pair[0];
  *writing = pair[1];
  return 0;
}

long clinux_read(int descriptor, void *bytes, size_t count) {
  ssize_t got;
  do got = read(descriptor, bytes, count);
  while (got < 0 && errno == EINTR);
  return got < 0 ? -errno : got;
}
