// SPDX-License-Identifier: Apache-2.0
// Sockets that never block, with errors as negative numbers: `errno`, `sockaddr` casts and control
// messages are out of Swift's reach.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct clinux_address {
  struct sockaddr_storage storage;
  uint32_t length;
};

/// Addresses of a host, by the system's resolver, which may block; `numeric`: only literals, at once.
/// The number found, or minus the resolver's error code.
int clinux_resolve(const char *host, uint16_t port, int numeric, struct clinux_address *found,
                   int capacity);
/// The resolver's words for one of its error codes.
const char *clinux_resolve_error_text(int code);
/// "127.0.0.1:80" or "[::1]:80" into `text`.
void clinux_address_text(const struct clinux_address *address, char *text, size_t capacity);
uint16_t clinux_address_port(const struct clinux_address *address);

/// Each gives a descriptor, or -errno. `clinux_connect` doesn't wait for the peer's answer.
int clinux_listen(const struct clinux_address *address, int backlog);
int clinux_accept(int listener, struct clinux_address *peer);
int clinux_connect(const struct clinux_address *address);

/// The error a connection ended with, 0 when it is well.
int clinux_socket_error(int descriptor);
int clinux_local_address(int descriptor, struct clinux_address *address);
/// Bytes moved, 0 at the end of the stream, or -errno.
long clinux_receive(int descriptor, void *bytes, size_t count);
long clinux_send(int descriptor, const void *bytes, size_t count);
/// Bytes that were sent and that the peer's kernel hasn't taken yet; 0 where that isn't known.
long clinux_unsent(int descriptor);
void clinux_shutdown_sending(int descriptor);
/// A reset instead of an orderly end when the descriptor is closed.
void clinux_reset_on_close(int descriptor);

/// Two descriptors joined, the first non-blocking and closed on exec. 0 or -errno.
int clinux_socket_pair(int *ours, int *theirs);
/// Sends bytes together with a descriptor (-1: none). Bytes sent or -errno.
long clinux_send_descriptor(int descriptor, const void *bytes, size_t count, int passed);
/// Receives bytes, and the descriptor that came along, or -1. Bytes, 0 at the end, or -errno.
long clinux_receive_descriptor(int descriptor, void *bytes, size_t count, int *passed);
