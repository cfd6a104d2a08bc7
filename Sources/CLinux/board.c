// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "processes.h"

enum { BOARD_SIZE = 4096 };

// Written by one process, read by another, so both through atomics.
struct clinux_board {
  uint64_t progress;
  int32_t forbidden;
};

static struct clinux_board *map(int descriptor) {
  void *board = mmap(NULL, BOARD_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return board == MAP_FAILED ? NULL : board;
}

int clinux_make_board(struct clinux_board **board) {
  int descriptor = memfd_create("preview board", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return -errno;
  // A process that could cut it off would have ours die of a bus error.
  int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (ftruncate(descriptor, BOARD_SIZE) == 0 && fcntl(descriptor, F_ADD_SEALS, seals) == 0 &&
      (*board = map(descriptor)))
    return descriptor;
  int error = -errno;
  close(descriptor);
  return error;
}

struct clinux_board *clinux_take_board(int descriptor) {
  struct stat facts;
  if (fstat(descriptor, &facts) != 0 || facts.st_size != BOARD_SIZE) return NULL;
  if (fcntl(descriptor, F_GET_SEALS) < 0) return NULL;
  struct clinux_board *board = map(descriptor);
  close(descriptor);
  return board;
}

void clinux_release_board(struct clinux_board *board) { munmap(board, BOARD_SIZE); }

void clinux_advance(struct clinux_board *board) {
  __atomic_fetch_add(&board->progress, 1, __ATOMIC_RELAXED);
}

uint64_t clinux_progress(struct clinux_board *board) {
  return __atomic_load_n(&board->progress, __ATOMIC_RELAXED);
}

int clinux_forbidden_call(struct clinux_board *board) {
  return __atomic_load_n(&board->forbidden, __ATOMIC_RELAXED);
}

static struct clinux_board *own_board;

// The call wasn't made, and what made it has lost our trust: it ends here.
static void forbidden(int number, siginfo_t *info, void *context) {
  (void)context;
  if (own_board)
    __atomic_store_n(&own_board->forbidden, info->si_syscall + 1, __ATOMIC_RELAXED);
  signal(number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  raise(number);
}

void clinux_tell_forbidden_calls(struct clinux_board *board) {
  own_board = board;
  struct sigaction action = {.sa_sigaction = forbidden, .sa_flags = SA_SIGINFO};
  sigaction(SIGSYS, &action, NULL);
}

int clinux_give_up_rights(void) {
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return -errno;
  // A sanitizer writes its report into a file.
  if (!clinux_is_sanitized() && setrlimit(RLIMIT_FSIZE, &none) != 0) return -errno;
  clinux_forget_crash_reports();
  return 0;
}

int64_t clinux_cpu_time(int process) {
  clockid_t clock;
  struct timespec time;
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) return -1;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Never closed: the converter stays loaded as long as somebody has it open. Kept, so that it isn't
// taken for lost.
static iconv_t kept_alphabets[32];
static int kept_alphabet_count;

void clinux_keep_alphabet(const char *name) {
  char in[] = "a", out[8];
  char *from = in, *to = out;
  size_t left = 1, room = sizeof out;
  iconv_t converter = iconv_open("UTF-8", name);
  if (converter == (iconv_t)-1) return;
  iconv(converter, &from, &left, &to, &room);
  const int room_for_more = sizeof kept_alphabets / sizeof *kept_alphabets;
  if (kept_alphabet_count < room_for_more) kept_alphabets[kept_alphabet_count++] = converter;
}
