// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "events.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int clinux_wait_open(int *poll, int *wake) {
  *poll = epoll_create1(EPOLL_CLOEXEC);
  if (*poll < 0) return -errno;
  *wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0};
  if (*wake >= 0 && epoll_ctl(*poll, EPOLL_CTL_ADD, *wake, &event) == 0) return 0;
  int error = -errno;
  if (*wake >= 0) close(*wake);
  close(*poll);
  return error;
}

int clinux_wait_add(int poll, int descriptor, uint64_t token) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                              .data.u64 = token};
  return epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : -errno;
}

int clinux_wait_remove(int poll, int descriptor) {
  struct epoll_event event = {0};
  return epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, &event) == 0 ? 0 : -errno;
}

int clinux_wait(int poll, struct clinux_event *events, int capacity, int64_t nanoseconds) {
  struct epoll_event found[256];
  struct timespec timeout = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  if (capacity > 256) capacity = 256;
  // epoll_wait counts in milliseconds, too coarse for a sleeper: epoll_pwait2 takes nanoseconds.
  int count = nanoseconds == 0
                  ? epoll_wait(poll, found, capacity, 0)
                  : epoll_pwait2(poll, found, capacity, nanoseconds < 0 ? NULL : &timeout, NULL);
  if (count < 0 && errno == ENOSYS) {
    // Before Linux 5.11, and under some sandboxes. Too late rather than too early.
    int64_t milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999999) / 1000000;
    count = epoll_wait(poll, found, capacity, milliseconds > INT_MAX ? INT_MAX : (int)milliseconds);
  }
  if (count < 0) return errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) {
    uint32_t got = found[i].events;
    events[i].token = found[i].data.u64;
    events[i].ready = (got & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR) ? CLINUX_READABLE : 0) |
                      (got & (EPOLLOUT | EPOLLHUP | EPOLLERR) ? CLINUX_WRITABLE : 0) |
                      (got & (EPOLLRDHUP | EPOLLHUP | EPOLLERR) ? CLINUX_HANGUP : 0);
  }
  return count;
}

void clinux_wake(int wake) {
  uint64_t one = 1;
  // A full counter means that a wake is pending already.
  ssize_t written = write(wake, &one, sizeof one);
  (void)written;
}

void clinux_wake_clear(int wake) {
  uint64_t count;
  ssize_t got = read(wake, &count, sizeof count);
  (void)got;
}

int64_t clinux_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
