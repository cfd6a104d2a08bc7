// SPDX-License-Identifier: Apache-2.0
// A terminal that is put back on every way out. In C because a signal handler may only do what is
// async-signal-safe, and no Swift code promises that (it may allocate, or take a lock).
#pragma once
#include <stddef.h>

/// Longest sequence of bytes for entering or leaving the screen.
enum { CLINUX_TERMINAL_BYTES = 128 };

/// Writes `enter`, stops echo, and from then on writes `leave` and puts the settings back on exit(),
/// on SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP and on faults, before each takes its
/// former course. A signal that was ignored stays ignored. One terminal at a time.
/// Returns 0, or an errno: EBUSY where one is entered already, EINVAL for a sequence too long.
int clinux_terminal_enter(
    int descriptor, const char *enter, size_t enter_count, const char *leave, size_t leave_count);

/// Puts the terminal and the signals back; nothing where that was done already.
void clinux_terminal_leave(void);

/// Writes bytes, in pieces, as long as the screen is ours: after a stop, or when a signal is taking
/// the process down, the rest is dropped, so that it can't come after the leaving.
/// Returns 0, or an errno.
int clinux_terminal_write(const char *bytes, size_t count);

/// 1 once after the window changed or the process was continued: draw everything anew.
int clinux_terminal_take_change(void);

/// Columns and rows of a terminal, and its size in pixels (0 where it doesn't say); ioctl is
/// variadic. Returns 0, or an errno.
struct clinux_terminal_size {
  unsigned short columns, rows, width, height;
};
int clinux_terminal_size(int descriptor, struct clinux_terminal_size *size);
