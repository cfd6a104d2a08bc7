// SPDX-License-Identifier: Apache-2.0
// Files below a folder and nowhere else: openat2 has no wrapper in the C library.
#pragma once
#include <stdint.h>

struct clinux_file_facts {
  uint64_t device;
  uint64_t inode;
  int64_t byte_count;
  int64_t modified;  // nanoseconds since 1970
  int is_regular;
  int is_folder;
  int64_t link_count;  // 0 once it was deleted
};

/// Opens a folder or a file for reading. A descriptor or -errno.
int clinux_open(const char *path);
/// Opens what lies below a folder, never leaving it by "..", links or mounts of /proc.
int clinux_open_beneath(int folder, const char *path);
int clinux_facts(int descriptor, struct clinux_file_facts *facts);
/// Facts on an entry of a folder, links not followed. 0 or -errno.
int clinux_facts_at(int folder, const char *name, struct clinux_file_facts *facts);
/// Lets two paths of one file system change places, at once for whoever looks. 0 or -errno.
int clinux_exchange(const char *one, const char *other);
