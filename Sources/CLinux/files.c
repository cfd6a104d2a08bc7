// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "files.h"
#include "watches.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/inotify.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
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

int clinux_watches_open(void) {
  int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static int add(int watches, const char *path, uint32_t mask) {
  int watch = inotify_add_watch(watches, path, mask);
  return watch < 0 ? -errno : watch;
}

int clinux_watch_file(int watches, const char *path) {
  // The last link goes with IN_ATTRIB: IN_DELETE_SELF waits until nobody has the file open.
  return add(watches, path,
             IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF);
}

int clinux_watch_folder(int watches, const char *path) {
  return add(watches, path,
             IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                 IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK);
}

void clinux_watch_end(int watches, int watch) { inotify_rm_watch(watches, watch); }

int clinux_watches_read(int watches, void *buffer, int size) {
  ssize_t count = read(watches, buffer, size);
  if (count >= 0) return (int)count;
  return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

int clinux_watches_next(const void *buffer, int place, struct clinux_file_event *event) {
  const struct inotify_event *found = (const void *)((const char *)buffer + place);
  uint32_t mask = found->mask;
  event->watch = found->wd;
  event->name = found->len > 0 ? found->name : "";
  event->what = (mask & IN_MODIFY ? CLINUX_FILE_MODIFIED : 0) |
                (mask & IN_CLOSE_WRITE ? CLINUX_FILE_CLOSED : 0) |
                (mask & IN_ATTRIB ? CLINUX_FILE_CHANGED : 0) |
                (mask & IN_MOVE_SELF ? CLINUX_FILE_MOVED : 0) |
                (mask & IN_DELETE_SELF ? CLINUX_FILE_DELETED : 0) |
                (mask & (IN_CREATE | IN_MOVED_TO) ? CLINUX_ENTRY_CAME : 0) |
                (mask & (IN_DELETE | IN_MOVED_FROM) ? CLINUX_ENTRY_WENT : 0) |
                (mask & (IN_IGNORED | IN_UNMOUNT) ? CLINUX_WATCH_ENDED : 0) |
                (mask & IN_Q_OVERFLOW ? CLINUX_WATCH_OVERFLOW : 0) |
                (mask & IN_ISDIR ? CLINUX_IS_FOLDER : 0);
  return place + (int)(sizeof *found + found->len);
}

int clinux_is_silent(int descriptor) {
  struct statfs facts;
  if (fstatfs(descriptor, &facts) != 0) return 1;
  switch ((uint32_t)facts.f_type) {
  case 0x6969:      // NFS
  case 0x517B:      // SMB
  case 0xFF534D42:  // CIFS
  case 0xFE534D42:  // SMB2
  case 0x65735546:  // FUSE: sshfs, s3fs, mergerfs
  case 0x01021997:  // 9P
  case 0x5346414F:  // AFS
  case 0x00C36400:  // Ceph
  case 0x786F4256:  // VirtualBox
  case 0x0BD00BD0:  // Lustre
  case 0x01161970:  // GFS2
  case 0x7461636F:  // OCFS2
    return 1;
  default: return 0;
  }
}

int clinux_has_writer(int descriptor) {
  // A lease for reading is granted where nobody can write. Whoever opens the file for writing in the
  // moment that we hold it makes the kernel send SIGIO, which would end the process.
  struct sigaction present;
  if (sigaction(SIGIO, NULL, &present) == 0 && present.sa_handler == SIG_DFL)
    signal(SIGIO, SIG_IGN);
  if (fcntl(descriptor, F_SETLEASE, F_RDLCK) == 0) {
    fcntl(descriptor, F_SETLEASE, F_UNLCK);
    return 0;
  }
  return errno == EAGAIN ? 1 : -1;
}
