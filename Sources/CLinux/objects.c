// SPDX-License-Identifier: Apache-2.0
#include "objects.h"

extern void *swift_tryRetain(void *object);

void *clinux_try_retain(void *object) { return swift_tryRetain(object); }
