// SPDX-License-Identifier: Apache-2.0
// What Swift's Glibc module lacks of Linux, each part with its reason.
#pragma once
#include <stdint.h>

#include "terminal.h"

/// The thread's place in Axon. `_Thread_local` variables aren't imported into Swift, so a
/// function hands out their address.
struct clinux_thread {
  void *home;  // scheduler or thread that runs here, or NULL
  void *core;  // component whose turn it is, or NULL
};

struct clinux_thread *clinux_current_thread(void);
