// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "datagrams.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

static int set(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0 ? 0 : -errno;
}

int clinux_datagram_open(const struct clinux_address *local, int shared) {
  int family = local->storage.ss_family;
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (shared) set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  // Else a socket that is bound to every address would get what is for groups of other programs.
  if (family == AF_INET6) {
    set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
  } else {
    set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  }
  if (bind(fd, (const struct sockaddr *)&local->storage, local->length) == 0) return fd;
  int error = -errno;
  close(fd);
  return error;
}

int clinux_datagram_room(int descriptor, int bytes) {
  // The kernel counts its own bookkeeping, and doubles what it is asked for.
  return set(descriptor, SOL_SOCKET, SO_RCVBUF, bytes);
}

long clinux_datagram_receive(int descriptor, void *bytes, size_t count,
                             struct clinux_address *sender) {
  socklen_t length = sizeof sender->storage;
  ssize_t got;
  do got = recvfrom(descriptor, bytes, count, MSG_DONTWAIT | MSG_TRUNC,
                    (struct sockaddr *)&sender->storage, &length);
  while (got < 0 && errno == EINTR);
  sender->length = length;
  return got < 0 ? -errno : got;
}

int clinux_datagram_send(int descriptor, const void *bytes, size_t count,
                         const struct clinux_address *destination) {
  ssize_t sent;
  do sent = sendto(descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL,
                   (const struct sockaddr *)&destination->storage, destination->length);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : 0;
}

long clinux_datagrams_dropped(int descriptor) {
  uint32_t facts[SK_MEMINFO_VARS] = {0};
  socklen_t length = sizeof facts;
  if (getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, facts, &length) != 0) return -errno;
  return facts[SK_MEMINFO_DROPS];
}

void clinux_address_any(int is_ipv6, uint16_t port, struct clinux_address *address) {
  memset(address, 0, sizeof *address);
  if (is_ipv6) {
    struct sockaddr_in6 any = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_any};
    memcpy(&address->storage, &any, sizeof any);
    address->length = sizeof any;
  } else {
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&address->storage, &any, sizeof any);
    address->length = sizeof any;
  }
}

int clinux_address_is_ipv6(const struct clinux_address *address) {
  return address->storage.ss_family == AF_INET6;
}

int clinux_address_is_multicast(const struct clinux_address *address) {
  if (clinux_address_is_ipv6(address))
    return ((const struct sockaddr_in6 *)&address->storage)->sin6_addr.s6_addr[0] == 0xff;
  uint32_t number = ntohl(((const struct sockaddr_in *)&address->storage)->sin_addr.s_addr);
  return number >> 28 == 14;
}

void clinux_address_at(struct clinux_address *address, unsigned interface) {
  struct sockaddr_in6 *found = (struct sockaddr_in6 *)&address->storage;
  if (clinux_address_is_ipv6(address) && found->sin6_scope_id == 0)
    found->sin6_scope_id = interface;
}

unsigned clinux_interface(const char *name) { return if_nametoindex(name); }

int clinux_multicast_set(int descriptor, int is_ipv6, unsigned interface, int hops, int loops) {
  int level = is_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
  int result = set(descriptor, level, is_ipv6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL, hops);
  if (result == 0)
    result = set(descriptor, level, is_ipv6 ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP, loops);
  if (result < 0 || interface == 0) return result;
  if (is_ipv6) return set(descriptor, level, IPV6_MULTICAST_IF, (int)interface);
  struct ip_mreqn request = {.imr_ifindex = (int)interface};
  return setsockopt(descriptor, level, IP_MULTICAST_IF, &request, sizeof request) == 0 ? 0 : -errno;
}

static int member(int descriptor, int option, const struct clinux_address *group,
                  unsigned interface) {
  struct group_req request = {.gr_interface = interface, .gr_group = group->storage};
  int level = clinux_address_is_ipv6(group) ? IPPROTO_IPV6 : IPPROTO_IP;
  return setsockopt(descriptor, level, option, &request, sizeof request) == 0 ? 0 : -errno;
}

int clinux_multicast_join(int descriptor, const struct clinux_address *group, unsigned interface) {
  return member(descriptor, MCAST_JOIN_GROUP, group, interface);
}

int clinux_multicast_leave(int descriptor, const struct clinux_address *group, unsigned interface) {
  return member(descriptor, MCAST_LEAVE_GROUP, group, interface);
}
