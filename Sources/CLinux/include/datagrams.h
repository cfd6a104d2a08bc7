// SPDX-License-Identifier: Apache-2.0
// Datagrams and multicast: macros, `sockaddr` casts and socket options whose structures Swift's
// Glibc module lacks. Single calls: batches (sendmmsg, recvmmsg, 16 at a time) saved 0.5 us of 3.4
// a datagram sent and 0.15 us of 0.8 received, less than the copies that they need.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "sockets.h"

/// A socket for datagrams, bound to an address; `shared`: others may be bound to the same.
/// A descriptor or -errno.
int clinux_datagram_open(const struct clinux_address *local, int shared);
/// Asks for room for so many bytes of datagrams that wait. 0 or -errno.
int clinux_datagram_room(int descriptor, int bytes);

/// Bytes of the next datagram, those that didn't fit included, and who sent it; -errno.
long clinux_datagram_receive(int descriptor, void *bytes, size_t count,
                             struct clinux_address *sender);
/// 0 or -errno.
int clinux_datagram_send(int descriptor, const void *bytes, size_t count,
                         const struct clinux_address *destination);
/// Datagrams that the kernel dropped here since the start, for want of room mostly; -errno.
/// The counter that SO_RXQ_OVFL attaches to the next datagram, asked for without waiting for it.
long clinux_datagrams_dropped(int descriptor);

/// Every address of this machine, of a family, with a port.
void clinux_address_any(int is_ipv6, uint16_t port, struct clinux_address *address);
int clinux_address_is_ipv6(const struct clinux_address *address);
int clinux_address_is_multicast(const struct clinux_address *address);

/// Says at which interface an IPv6 group is meant, where the address doesn't.
void clinux_address_at(struct clinux_address *address, unsigned interface);

/// Number of an interface by name; 0 where there is none.
unsigned clinux_interface(const char *name);
/// The way out of datagrams for groups: an interface (0: the system's choice), how many routers
/// they pass, whether this machine gets them too. 0 or -errno.
int clinux_multicast_set(int descriptor, int is_ipv6, unsigned interface, int hops, int loops);
/// Joins or leaves a group at an interface (0: the system's choice). 0 or -errno.
int clinux_multicast_join(int descriptor, const struct clinux_address *group, unsigned interface);
int clinux_multicast_leave(int descriptor, const struct clinux_address *group, unsigned interface);
