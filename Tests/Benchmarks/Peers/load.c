// SPDX-License-Identifier: Apache-2.0
// Plays ping-pong with an echo server over many connections at once.
//   load PORT CONNECTIONS SECONDS [BYTES]
// Prints round trips a second and the 99th percentile of their times in microseconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_MICROSECONDS = 1000000 };
static uint32_t times[MOST_MICROSECONDS];
static char message[65536], answer[65536];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int complain(const char *what) {
  perror(what);
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 4) return fprintf(stderr, "load PORT CONNECTIONS SECONDS [BYTES]\n"), 64;
  int connections = atoi(argv[2]), one = 1, poll = epoll_create1(0);
  double seconds = atof(argv[3]);
  ssize_t size = argc > 4 ? atoi(argv[4]) : 64;
  struct sockaddr_in server = {.sin_family = AF_INET,
                               .sin_port = htons(atoi(argv[1])),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int *descriptors = calloc(connections, sizeof *descriptors);
  double *since = calloc(connections, sizeof *since);
  ssize_t *got = calloc(connections, sizeof *got);
  for (int i = 0; i < connections; i++) {
    int fd = descriptors[i] = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&server, sizeof server)) return complain("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
  }
  // A first round for all, so that every connection was let in before the clock runs.
  for (int i = 0; i < connections; i++)
    if (send(descriptors[i], message, size, 0) != size) return complain("send");
  for (int i = 0; i < connections; i++)
    if (recv(descriptors[i], answer, size, MSG_WAITALL) != size) return complain("receive");

  double start = now(), time = start, end = start + seconds;
  long trips = 0;
  for (int i = 0; i < connections; i++) {
    since[i] = time;
    if (send(descriptors[i], message, size, 0) != size) return complain("send");
  }
  struct epoll_event events[256];
  while (time < end) {
    int count = epoll_wait(poll, events, 256, 1000);
    if (count <= 0) return complain("wait");
    time = now();
    for (int i = 0; i < count; i++) {
      int place = events[i].data.u32;
      ssize_t some = recv(descriptors[place], answer, size - got[place], 0);
      if (some <= 0) return complain("receive");
      if ((got[place] += some) < size) continue;
      got[place] = 0;
      trips++;
      uint32_t microseconds = (uint32_t)((time - since[place]) * 1e6);
      times[microseconds < MOST_MICROSECONDS ? microseconds : MOST_MICROSECONDS - 1]++;
      since[place] = time;
      if (send(descriptors[place], message, size, 0) != size) return complain("send");
    }
  }
  long left = trips / 100, p99 = MOST_MICROSECONDS - 1;
  while (p99 > 0 && left >= times[p99]) left -= times[p99--];
  printf("%.0f %ld\n", trips / (time - start), p99);
  return 0;
}
