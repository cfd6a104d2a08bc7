// SPDX-License-Identifier: Apache-2.0
#include "objects.h"
#include "CLinux.h"

#include <malloc.h>

extern void *swift_tryRetain(void *object);

void *clinux_try_retain(void *object) { return swift_tryRetain(object); }

size_t clinux_allocated_size(const void *block) { return malloc_usable_size((void *)block); }
