// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

#include "CLinux.h"

void clinux_close(int descriptor) { close(descriptor); }

const char *clinux_error_text(int code) { return strerrordesc_np(code); }
