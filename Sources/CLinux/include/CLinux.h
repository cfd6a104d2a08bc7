// SPDX-License-Identifier: Apache-2.0
// What Swift's Glibc module lacks of Linux, each part with its reason.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "board.h"
#include "cores.h"
#include "datagrams.h"
#include "events.h"
#include "files.h"
#include "objects.h"
#include "processes.h"
#include "sockets.h"
#include "terminal.h"
#include "thread.h"
#include "watches.h"

/// Bytes of a heap block: where the fields of an object end, at the latest.
size_t clinux_allocated_size(const void *block);

/// Closes a descriptor; what close(2) complains of can't be mended.
void clinux_close(int descriptor);

/// The C library's words for an error number, in static storage.
const char *clinux_error_text(int code);

/// Another descriptor for the same open file, closed on exec. -errno.
int clinux_duplicate(int descriptor);
