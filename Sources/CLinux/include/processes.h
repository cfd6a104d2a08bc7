// SPDX-License-Identifier: Apache-2.0
// Child processes with one descriptor of ours as their standard input.
#pragma once

/// Starts this very program again with the given arguments (NULL at the end); `input` becomes its
/// standard input, its standard output is /dev/null. Process number or -errno.
int clinux_spawn_self(char *const arguments[], int input);
/// Kills a process at once.
void clinux_kill(int process);
/// Waits for a process that is ending: its signal, negative, or its exit code.
int clinux_reap(int process);
/// Asks the kernel to end this process when its parent ends.
void clinux_end_with_parent(void);
