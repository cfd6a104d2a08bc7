// SPDX-License-Identifier: Apache-2.0
// A page of memory that a process shares with its parent, and what it gives up for good: Swift's
// Glibc module lacks memfd, seals and the clocks of other processes.
#pragma once
#include <stdint.h>

/// What a child process writes and its parent reads at any time, without a word between them.
struct clinux_board;

/// A board and the descriptor that passes it on, closed on exec; or -errno.
int clinux_make_board(struct clinux_board **board);
/// The board behind a descriptor, which is closed; NULL when there is none.
struct clinux_board *clinux_take_board(int descriptor);
void clinux_release_board(struct clinux_board *board);

/// Something was achieved.
void clinux_advance(struct clinux_board *board);
/// How often something was.
uint64_t clinux_progress(struct clinux_board *board);
/// One more than the number of the system call that the process died of; 0 for none.
int clinux_forbidden_call(struct clinux_board *board);

/// From now on a trapped system call is noted on the board, and ends this process with SIGSYS.
void clinux_tell_forbidden_calls(struct clinux_board *board);
/// No file of this process grows, no core is dumped, a crash starts no other program. 0 or -errno.
int clinux_give_up_rights(void);
/// Loads what converts text of this alphabet to UTF-8, for good.
void clinux_keep_alphabet(const char *name);

/// Nanoseconds of CPU time that a process has used; -1 when it is gone.
int64_t clinux_cpu_time(int process);
