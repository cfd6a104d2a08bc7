// SPDX-License-Identifier: Apache-2.0
// Word from the kernel of what happens to files. Swift's Glibc module has no inotify, and its fcntl
// no leases.
#pragma once
#include <stdint.h>

enum {
  CLINUX_FILE_MODIFIED = 1,
  CLINUX_FILE_CLOSED = 2,      // by someone who could write
  CLINUX_FILE_CHANGED = 4,     // links, permissions
  CLINUX_FILE_MOVED = 8,       // the file or folder itself
  CLINUX_FILE_DELETED = 16,    // itself, and nobody has it open any more
  CLINUX_ENTRY_CAME = 32,      // into the folder: made, or moved there
  CLINUX_ENTRY_WENT = 64,      // out of the folder: deleted, or moved away
  CLINUX_WATCH_ENDED = 128,
  CLINUX_WATCH_OVERFLOW = 256, // events were lost
  CLINUX_IS_FOLDER = 512,
};

struct clinux_file_event {
  int watch;
  uint32_t what;
  const char *name; // of the entry, inside the buffer read; empty for the file or folder itself
};

/// A descriptor to read events from, which doesn't block, or -errno.
int clinux_watches_open(void);
/// Watches a file; its number, the same for the same file, or -errno.
int clinux_watch_file(int watches, const char *path);
/// The same for a folder and what lies in it.
int clinux_watch_folder(int watches, const char *path);
void clinux_watch_end(int watches, int watch);
/// Reads events: their bytes, 0 when there are none, or -errno.
int clinux_watches_read(int watches, void *buffer, int size);
/// The event at `place` of what was read; the next one's place.
int clinux_watches_next(const void *buffer, int place, struct clinux_file_event *event);

/// Whether changes made elsewhere are kept from this kernel: network shares, FUSE.
int clinux_is_silent(int descriptor);
/// Whether somebody has a file open for writing: 1, 0, or -1 where the system doesn't tell.
int clinux_has_writer(int descriptor);
