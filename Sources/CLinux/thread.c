// SPDX-License-Identifier: Apache-2.0
#include "CLinux.h"

static _Thread_local struct clinux_thread current;

struct clinux_thread *clinux_current_thread(void) { return &current; }
