#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads pictures as the client of 2005 did: a count in decimal, a newline, one JPEG; to the end.

usage: trainee_client.py PORT FOLDER PART...     sends the parts as segments, writes 0.jpg, 1.jpg ..."""
import socket
import sys
import time

port, folder, parts = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
server = socket.create_connection(("127.0.0.1", port), timeout=60)
server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for number, part in enumerate(parts):
    if number:
        # So that they mostly arrive as two; right in either case.
        time.sleep(0.05)
    server.sendall(part.encode().decode("unicode_escape").encode())
stream = server.makefile("rb")
count = 0
while True:
    line = stream.readline()
    if not line:
        break
    assert line == b"%d\n" % int(line), line
    picture = stream.read(int(line))
    assert len(picture) == int(line), "the picture is cut"
    with open(f"{folder}/{count}.jpg", "wb") as file:
        file.write(picture)
    count += 1
print(count)
