// SPDX-License-Identifier: Apache-2.0
// The thread's place in Axon. `_Thread_local` variables aren't imported into Swift, so a function
// hands out the address; it is inline and the model is the static one, because every message asks.
#pragma once

struct clinux_thread {
  void *home;  // scheduler or thread that runs here, or NULL
  void *core;  // component whose turn it is, or NULL
};

extern _Thread_local struct clinux_thread clinux_thread
    __attribute__((tls_model("initial-exec")));

// Tells the processor that a loop waits for another one.
static inline void clinux_relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static inline struct clinux_thread *clinux_current_thread(void) { return &clinux_thread; }
