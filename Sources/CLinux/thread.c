// SPDX-License-Identifier: Apache-2.0
#include "thread.h"

_Thread_local struct clinux_thread clinux_thread;
