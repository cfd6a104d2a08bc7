// SPDX-License-Identifier: Apache-2.0
#include "CLinux.h"

#include <malloc.h>

size_t clinux_allocated_size(const void *block) { return malloc_usable_size((void *)block); }
