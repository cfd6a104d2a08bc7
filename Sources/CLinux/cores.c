// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "cores.h"

#include <pthread.h>
#include <sched.h>

int clinux_cores(void) {
  cpu_set_t allowed;
  // Fails on machines with more than 1,024 cores, whose number then is unknown.
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

void clinux_pin(int number) {
  cpu_set_t allowed, one;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  int left = number % CPU_COUNT(&allowed);
  for (int core = 0; core < CPU_SETSIZE; core++) {
    if (!CPU_ISSET(core, &allowed) || left-- > 0) continue;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    pthread_setaffinity_np(pthread_self(), sizeof one, &one);
    return;
  }
}
#include "thread.h"

_Thread_local struct clinux_thread clinux_thread;
