// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_PASSED = 3, MOST_PASSED = 16, MOST_WORDS = 64 << 10, MOST_FORKED = 256 };

static struct { pid_t process; int orders; } forked[MOST_FORKED];
static int left;

extern char **environ;

// Orders are one message: the environment, each variable ended by a zero byte, and the descriptors;
// the last one of these is the standard error.
static void obey(int orders) {
  static char words[MOST_WORDS];
  union {
    char bytes[CMSG_SPACE(sizeof(int) * (MOST_PASSED + 1))];
    struct cmsghdr header;
  } control;
  struct iovec part = {words, sizeof words - 1};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1,
      .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  ssize_t count;
  do count = recvmsg(orders, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  // Whoever could give orders is gone.
  if (count <= 0 || !header || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) _exit(0);

  int passed[MOST_PASSED + 1];
  int all = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
  memcpy(passed, CMSG_DATA(header), sizeof(int) * (size_t)all);
  for (int i = 0; i < all; i++) {
    // Out of the way of the numbers that they are to get; limits may hold already.
    int high = fcntl(passed[i], F_DUPFD_CLOEXEC, FIRST_PASSED + MOST_PASSED);
    if (high < 0) _exit(1);
    passed[i] = high;
  }
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
      dup2(passed[all - 1], STDERR_FILENO) < 0)
    _exit(1);
  for (int i = 0; i < all - 1; i++)
    if (dup2(passed[i], FIRST_PASSED + i) < 0) _exit(1);
  close_range((unsigned)(FIRST_PASSED + all - 1), ~0U, 0);
  clearenv();
  for (char *word = words; word < words + count; word += strlen(word) + 1) putenv(word);
  // A group of its own: an interrupt typed at the terminal is for the parent, which ends it.
  setpgid(0, 0);
  prctl(PR_SET_NAME, "worker");
}

int clinux_fork_ahead(int count) {
  // A sanitizer has a thread of its own, and no thread survives a fork.
  if (clinux_is_sanitized()) return 0;
  for (; left < count && left < MOST_FORKED; left++) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return 0;
    pid_t process = fork();
    if (process == 0) {
      close(pair[0]);
      for (int i = 0; i < left; i++) close(forked[i].orders);
      obey(pair[1]);
      return left + 1;
    }
    close(pair[1]);
    if (process < 0) {
      close(pair[0]);
      return 0;
    }
    forked[left].process = process;
    forked[left].orders = pair[0];
  }
  return 0;
}

static int give_orders(int orders, const struct clinux_start *start) {
  static char words[MOST_WORDS];
  size_t length = 0;
  char *const *environment = start->environment ? start->environment : environ;
  for (; *environment; environment++) {
    size_t size = strlen(*environment) + 1;
    if (length + size > sizeof words - 1) return -E2BIG;
    memcpy(words + length, *environment, size);
    length += size;
  }
  if (length == 0) words[length++] = 0;
  int passed[MOST_PASSED + 1];
  if (start->passed_count > MOST_PASSED) return -E2BIG;
  memcpy(passed, start->passed, sizeof(int) * (size_t)start->passed_count);
  passed[start->passed_count] = start->errors >= 0 ? start->errors : STDERR_FILENO;
  size_t all = sizeof(int) * (size_t)(start->passed_count + 1);

  union {
    char bytes[CMSG_SPACE(sizeof(int) * (MOST_PASSED + 1))];
    struct cmsghdr header;
  } control;
  struct iovec part = {words, length};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1,
      .msg_control = control.bytes, .msg_controllen = CMSG_SPACE(all)};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(all);
  memcpy(CMSG_DATA(header), passed, all);
  return sendmsg(orders, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int clinux_start_forked(const struct clinux_start *start, int *watch) {
  while (left > 0) {
    left--;
    pid_t process = forked[left].process;
    *watch = pidfd_open(process, 0);
    int result = *watch < 0 ? -errno : give_orders(forked[left].orders, start);
    close(forked[left].orders);
    if (result == 0) return process;
    // It was killed while it waited: the next one.
    if (*watch >= 0) close(*watch);
    kill(process, SIGKILL);
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
  }
  return -ESRCH;
}
