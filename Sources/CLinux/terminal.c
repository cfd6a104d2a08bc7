// SPDX-License-Identifier: Apache-2.0
#include "include/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct sequence {
  char bytes[CLINUX_TERMINAL_BYTES];
  size_t count;
};

/// The one terminal. Written before `active` is set, only read while it is.
static struct {
  int descriptor;
  struct sequence enter, leave;
  struct termios before, during;
  int has_settings;
} terminal;

static atomic_int active;   // the signals are ours
static atomic_int entered;  // the screen is ours: whoever exchanges it writes the sequence
static atomic_int changed;

static const int deadly[] = {SIGINT,  SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGABRT,
                             SIGSEGV, SIGBUS,  SIGILL, SIGFPE,  SIGTRAP, SIGSYS,  SIGXCPU};
enum { DEADLY = sizeof deadly / sizeof *deadly };
static struct sigaction former[DEADLY], former_stop, former_continue, former_window;

/// Writes all, but gives up on a terminal that takes nothing for a while: a handler must end.
static void write_sequence(const struct sequence *sequence) {
  size_t done = 0;
  int patience = 20;
  while (done < sequence->count && patience > 0) {
    ssize_t n = write(terminal.descriptor, sequence->bytes + done, sequence->count - done);
    if (n > 0) {
      done += (size_t)n;
    } else if (errno == EAGAIN) {
      struct pollfd ready = {terminal.descriptor, POLLOUT, 0};
      poll(&ready, 1, 50);
      patience -= 1;
    } else if (errno != EINTR) {
      return;
    }
  }
}

/// In the background tcsetattr would stop the process (SIGTTOU); the shell has its own settings
/// there anyway.
static int in_foreground(void) {
  pid_t group = tcgetpgrp(terminal.descriptor);
  return group == -1 || group == getpgrp();  // -1: not our controlling terminal, no such rules
}

static void set(const struct termios *settings) {
  if (terminal.has_settings && in_foreground()) {
    tcsetattr(terminal.descriptor, TCSANOW, settings);
  }
}

static void take_screen(void) {
  if (!in_foreground() || atomic_exchange(&entered, 1)) return;
  set(&terminal.during);
  write_sequence(&terminal.enter);
}

static void give_screen(void) {
  if (!atomic_exchange(&entered, 0)) return;
  write_sequence(&terminal.leave);
  set(&terminal.before);
}

/// Gives the screen back and lets the signal take its former course.
static void die(int signal, siginfo_t *info, void *context) {
  (void)context;
  int saved = errno;
  give_screen();
  for (int i = 0; i < DEADLY; i++) {
    if (deadly[i] == signal) sigaction(signal, &former[i], NULL);
  }
  // A fault comes again by itself, with its address, once its instruction is tried again; every
  // other signal must be sent again, and comes when this handler returns.
  int fault = info->si_code > 0 && (signal == SIGSEGV || signal == SIGBUS || signal == SIGILL ||
                                    signal == SIGFPE);
  if (!fault) raise(signal);
  errno = saved;
}

static void stop(int signal) {
  int saved = errno;
  give_screen();
  struct sigaction mine, plain;
  memset(&plain, 0, sizeof plain);
  plain.sa_handler = SIG_DFL;
  sigaction(signal, &plain, &mine);
  raise(signal);
  sigset_t set, before;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, &before);  // here the process stops, and later goes on
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  sigaction(signal, &mine, NULL);
  // An orphaned process isn't stopped and gets no SIGCONT.
  take_screen();
  atomic_store(&changed, 1);
  errno = saved;
}

static void go_on(int signal) {
  (void)signal;
  int saved = errno;
  take_screen();
  // After SIGSTOP, which nobody sees coming, the shell has put its own settings in place.
  if (atomic_load(&entered)) set(&terminal.during);
  atomic_store(&changed, 1);
  errno = saved;
}

static void window(int signal) {
  (void)signal;
  atomic_store(&changed, 1);
}

/// Puts `handler` in place unless the signal is ignored: nohup and the like mean what they say.
static void handle(int signal, const struct sigaction *action, struct sigaction *before) {
  sigaction(signal, NULL, before);
  if ((before->sa_flags & SA_SIGINFO) || before->sa_handler != SIG_IGN) {
    sigaction(signal, action, NULL);
  }
}

static void handle_all(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  action.sa_sigaction = die;
  for (int i = 0; i < DEADLY; i++) handle(deadly[i], &action, &former[i]);
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  action.sa_handler = stop;
  handle(SIGTSTP, &action, &former_stop);
  action.sa_handler = go_on;
  handle(SIGCONT, &action, &former_continue);
  action.sa_handler = window;
  handle(SIGWINCH, &action, &former_window);
}

int clinux_terminal_enter(
    int descriptor, const char *enter, size_t enter_count, const char *leave, size_t leave_count) {
  static atomic_int at_exit;
  if (enter_count > CLINUX_TERMINAL_BYTES || leave_count > CLINUX_TERMINAL_BYTES) return EINVAL;
  if (atomic_exchange(&active, 1)) return EBUSY;
  terminal.descriptor = descriptor;
  memcpy(terminal.enter.bytes, enter, enter_count);
  memcpy(terminal.leave.bytes, leave, leave_count);
  terminal.enter.count = enter_count;
  terminal.leave.count = leave_count;
  terminal.has_settings = tcgetattr(descriptor, &terminal.before) == 0;
  terminal.during = terminal.before;
  // Keys that are pressed shan't show in the picture; signals by key stay.
  terminal.during.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
  terminal.during.c_cc[VMIN] = 1;
  terminal.during.c_cc[VTIME] = 0;
  if (!atomic_exchange(&at_exit, 1)) atexit(clinux_terminal_leave);
  atomic_store(&changed, 0);
  handle_all();
  take_screen();
  return 0;
}

void clinux_terminal_leave(void) {
  if (!atomic_load(&active)) return;
  give_screen();
  for (int i = 0; i < DEADLY; i++) sigaction(deadly[i], &former[i], NULL);
  sigaction(SIGTSTP, &former_stop, NULL);
  sigaction(SIGCONT, &former_continue, NULL);
  sigaction(SIGWINCH, &former_window, NULL);
  atomic_store(&active, 0);
}

int clinux_terminal_write(const char *bytes, size_t count) {
  // Small pieces: the kernel writes each as a whole, so a handler's sequence falls between two.
  enum { PIECE = 2048 };
  while (count > 0 && atomic_load(&entered)) {
    ssize_t n = write(terminal.descriptor, bytes, count < PIECE ? count : PIECE);
    if (n >= 0) {
      bytes += n;
      count -= (size_t)n;
    } else if (errno == EAGAIN) {
      struct pollfd ready = {terminal.descriptor, POLLOUT, 0};
      poll(&ready, 1, 100);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int clinux_terminal_take_change(void) { return atomic_exchange(&changed, 0); }

int clinux_terminal_size(int descriptor, struct clinux_terminal_size *size) {
  struct winsize window;
  if (ioctl(descriptor, TIOCGWINSZ, &window) != 0) return errno;
  size->columns = window.ws_col;
  size->rows = window.ws_row;
  size->width = window.ws_xpixel;
  size->height = window.ws_ypixel;
  return 0;
}
