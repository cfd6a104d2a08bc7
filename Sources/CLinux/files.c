// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Not blocking: a named pipe among the recordings must not stop the server.
enum { FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

int clinux_open(const char *path) {
  int fd = open(path, FLAGS);
  return fd < 0 ? -errno : fd;
}

int clinux_open_beneath(int folder, const char *path) {
  struct open_how how = {.flags = FLAGS, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  long fd = syscall(SYS_openat2, folder, path, &how, sizeof how);
  return fd < 0 ? -errno : (int)fd;
}

static void fill(struct clinux_file_facts *facts, const struct stat *found) {
  facts->device = found->st_dev;
  facts->inode = found->st_ino;
  facts->byte_count = found->st_size;
  facts->modified = (int64_t)found->st_mtim.tv_sec * 1000000000 + found->st_mtim.tv_nsec;
  facts->is_regular = S_ISREG(found->st_mode);
  facts->is_folder = S_ISDIR(found->st_mode);
  facts->link_count = found->st_nlink;
}

int clinux_facts(int descriptor, struct clinux_file_facts *facts) {
  struct stat found;
  if (fstat(descriptor, &found) != 0) return -errno;
  fill(facts, &found);
  return 0;
}

int clinux_facts_at(int folder, const char *name, struct clinux_file_facts *facts) {
  struct stat found;
  if (fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
  fill(facts, &found);
  return 0;
}

int clinux_exchange(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0 ? 0 : -errno;
}
