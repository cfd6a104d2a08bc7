// SPDX-License-Identifier: Apache-2.0
// Sleeping in the kernel. Swift's Glibc module has neither epoll nor eventfd.
#pragma once
#include <stdint.h>

enum {
  CLINUX_READABLE = 1,
  CLINUX_WRITABLE = 2,
  CLINUX_HANGUP = 4,
};

/// What became ready, and the number it was registered under.
struct clinux_event {
  uint64_t token;
  uint32_t ready;
};

/// Descriptors of an epoll set and of the eventfd in it (token 0), or -errno.
int clinux_wait_open(int *poll, int *wake);
/// Watches a descriptor edge-triggered for reading, writing and hang-up. 0 or -errno.
int clinux_wait_add(int poll, int descriptor, uint64_t token);
int clinux_wait_remove(int poll, int descriptor);
/// Sleeps at most `nanoseconds` (-1: for ever); number of events, 0 when interrupted, or -errno.
int clinux_wait(int poll, struct clinux_event *events, int capacity, int64_t nanoseconds);
void clinux_wake(int wake);
void clinux_wake_clear(int wake);
/// Nanoseconds of the monotonic clock.
int64_t clinux_now(void);
