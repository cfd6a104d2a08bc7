// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "CLinux.h"

void clinux_close(int descriptor) { close(descriptor); }

const char *clinux_error_text(int code) { return strerrordesc_np(code); }

int clinux_duplicate(int descriptor) {
  int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  return copy < 0 ? -errno : copy;
}
