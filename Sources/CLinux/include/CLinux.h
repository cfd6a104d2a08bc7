// SPDX-License-Identifier: Apache-2.0
// What Swift's Glibc module lacks of Linux, each part with its reason.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "events.h"

/// The thread's place in Axon. `_Thread_local` variables aren't imported into Swift, so a
/// function hands out their address.
struct clinux_thread {
  void *home;  // scheduler or thread that runs here, or NULL
  void *core;  // component whose turn it is, or NULL
};

struct clinux_thread *clinux_current_thread(void);

/// Bytes of a heap block: where the fields of an object end, at the latest.
size_t clinux_allocated_size(const void *block);

/// Closes a descriptor; what close(2) complains of can't be mended.
void clinux_close(int descriptor);

/// The C library's words for an error number, in static storage.
const char *clinux_error_text(int code);
