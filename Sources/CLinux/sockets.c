// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int clinux_resolve(const char *host, uint16_t port, int numeric, struct clinux_address *found,
                   int capacity) {
  char service[8];
  snprintf(service, sizeof service, "%u", port);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                           .ai_flags = AI_NUMERICSERV | (numeric ? AI_NUMERICHOST : 0)};
  struct addrinfo *list = NULL;
  int error = getaddrinfo(host, service, &hints, &list);
  if (error) return error < 0 ? error : -error;
  int count = 0;
  for (struct addrinfo *one = list; one && count < capacity; one = one->ai_next) {
    if (one->ai_addrlen > sizeof found->storage) continue;
    memset(&found[count], 0, sizeof found[count]);
    memcpy(&found[count].storage, one->ai_addr, one->ai_addrlen);
    found[count++].length = one->ai_addrlen;
  }
  freeaddrinfo(list);
  return count;
}

const char *clinux_resolve_error_text(int code) { return gai_strerror(code); }

uint16_t clinux_address_port(const struct clinux_address *address) {
  switch (address->storage.ss_family) {
    case AF_INET: return ntohs(((const struct sockaddr_in *)&address->storage)->sin_port);
    case AF_INET6: return ntohs(((const struct sockaddr_in6 *)&address->storage)->sin6_port);
    default: return 0;
  }
}

void clinux_address_text(const struct clinux_address *address, char *text, size_t capacity) {
  char host[INET6_ADDRSTRLEN + 20] = "?";
  unsigned port = clinux_address_port(address);
  int is_6 = address->storage.ss_family == AF_INET6;
  getnameinfo((const struct sockaddr *)&address->storage, address->length, host, sizeof host, NULL,
              0, NI_NUMERICHOST);
  snprintf(text, capacity, is_6 ? "[%s]:%u" : "%s:%u", host, port);
}

int clinux_listen(const struct clinux_address *address, int backlog) {
  int one = 1;
  int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (const struct sockaddr *)&address->storage, address->length) == 0 &&
      listen(fd, backlog) == 0)
    return fd;
  int error = -errno;
  close(fd);
  return error;
}

static void send_at_once(int fd) {
  // A request and its answer are small: waiting to fill a segment only delays them.
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

int clinux_accept(int listener, struct clinux_address *peer) {
  socklen_t length = sizeof peer->storage;
  int fd = accept4(listener, (struct sockaddr *)&peer->storage, &length,
                   SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return -errno;
  peer->length = length;
  send_at_once(fd);
  return fd;
}

int clinux_connect(const struct clinux_address *address) {
  int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  send_at_once(fd);
  if (connect(fd, (const struct sockaddr *)&address->storage, address->length) == 0 ||
      errno == EINPROGRESS)
    return fd;
  int error = -errno;
  close(fd);
  return error;
}

int clinux_socket_error(int descriptor) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  return error;
}

int clinux_local_address(int descriptor, struct clinux_address *address) {
  socklen_t length = sizeof address->storage;
  if (getsockname(descriptor, (struct sockaddr *)&address->storage, &length) != 0) return -errno;
  address->length = length;
  return 0;
}

long clinux_receive(int descriptor, void *bytes, size_t count) {
  ssize_t got;
  do got = recv(descriptor, bytes, count, MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  return got < 0 ? -errno : got;
}

long clinux_send(int descriptor, const void *bytes, size_t count) {
  ssize_t sent;
  do sent = send(descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

long clinux_unsent(int descriptor) {
  int bytes = 0;
  return ioctl(descriptor, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

void clinux_shutdown_sending(int descriptor) { shutdown(descriptor, SHUT_WR); }

void clinux_reset_on_close(int descriptor) {
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

int clinux_socket_pair(int *ours, int *theirs) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  *ours = pair[0];
  *theirs = pair[1];
  return 0;
}

union control {
  struct cmsghdr header;
  char space[CMSG_SPACE(sizeof(int))];
};

long clinux_send_descriptor(int descriptor, const void *bytes, size_t count, int passed) {
  union control control = {0};
  struct iovec part = {(void *)bytes, count};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (passed >= 0) {
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &passed, sizeof passed);
  }
  ssize_t sent;
  do sent = sendmsg(descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

long clinux_receive_descriptor(int descriptor, void *bytes, size_t count, int *passed) {
  union control control;
  struct iovec part = {bytes, count};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.space,
                           .msg_controllen = sizeof control.space};
  *passed = -1;
  ssize_t got;
  do got = recvmsg(descriptor, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got < 0) return -errno;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
       header = CMSG_NXTHDR(&message, header))
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
      memcpy(passed, CMSG_DATA(header), sizeof *passed);
  return got;
}
