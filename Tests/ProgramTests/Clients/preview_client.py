#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lists or plays recordings, written from docs/PROTOCOL.md alone.
usage: preview_client.py HOST PORT list|preview|sound [Title=TITLE] [Interval=10] [Pace=asap] ..."""
import socket, struct, sys, zlib

SYNC, HEADER = b"\xffPV1", 32
REQUEST, DESCRIPTION, PICTURE, AUDIO, END, ERROR, CONTROL, HEARTBEAT, LISTING = range(1, 10)

def frame(kind, payload, sequence=0):
    head = SYNC + struct.pack(">BBHIqII", 1, kind, 0, sequence, 0, len(payload), zlib.crc32(payload))
    return head + struct.pack(">I", zlib.crc32(head)) + payload

def blocks(payload):
    """Header blocks, one behind the other, as dictionaries with lower-case names."""
    for block in payload.decode("utf-8").split("\r\n\r\n")[:-1]:
        lines = block.replace("\r\n ", " ").replace("\r\n\t", "\t").split("\r\n")
        pairs = [line.split(":", 1) for line in lines if line]
        yield {name.lower(): value.removeprefix(" ") for name, value in pairs}

def read(stream, count):
    data = stream.read(count)
    if len(data) < count:
        sys.exit("the connection ended within an answer")
    return data

def frames(stream):
    expected = 0
    while True:
        head = read(stream, HEADER)
        version, kind, flags, sequence, time, length, check = struct.unpack(">BBHIqII", head[4:28])
        if head[:4] != SYNC or zlib.crc32(head[:28]) != int.from_bytes(head[28:], "big"):
            sys.exit("a header is damaged")
        if version != 1 or length > 1 << 24:
            sys.exit(f"version {version}, {length} bytes: not for this client")
        payload = read(stream, length)
        if zlib.crc32(payload) != check or sequence != expected:
            sys.exit(f"frame {sequence} is damaged, or frame {expected} is missing")
        expected = (expected + 1) % 2**32
        yield kind, time / 1e6, payload

def main(host, port, operation, *fields):
    lines = [f"Operation: {operation}"] + [": ".join(field.split("=", 1)) for field in fields]
    with socket.create_connection((host, int(port)), timeout=15) as connection:
        connection.sendall(frame(REQUEST, "".join(f"{line}\r\n" for line in lines + [""]).encode()))
        for kind, time, payload in frames(connection.makefile("rb")):
            if kind in (DESCRIPTION, LISTING):
                for block in blocks(payload):
                    print(*(f"{name}={value}" for name, value in block.items()))
            elif kind in (PICTURE, AUDIO):
                if not payload.startswith(b"\xff\xd8" if kind == PICTURE else b"OggS"):
                    sys.exit(f"at {time} s: neither JPEG nor Ogg")
                print(f"{time:.6f} {len(payload)}")
            elif kind in (END, ERROR):
                last = next(blocks(payload))
                return None if last.get("status") == "complete" else str(last)

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 3 else __doc__)
