# SPDX-License-Identifier: Apache-2.0
"""Reads an animated WebP or GIF by its specification; size and loops, then a line a picture.

    animation.py FILE   ->   width height loops (0: for ever), then: milliseconds
"""
import struct
import sys

data = open(sys.argv[1], "rb").read()


def webp():
    assert data[8:12] == b"WEBP" and struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    place, lines, size, loops = 12, [], None, None
    while place < len(data):
        kind, length = data[place:place + 4], struct.unpack_from("<I", data, place + 4)[0]
        body = data[place + 8:place + 8 + length]
        if kind == b"VP8X":
            assert body[0] & 2, "the animation flag"
            size = [int.from_bytes(body[at:at + 3], "little") + 1 for at in (4, 7)]
        elif kind == b"ANIM":
            loops = struct.unpack_from("<H", body, 4)[0]
        elif kind == b"ANMF":
            assert body[16:20] in (b"VP8 ", b"VP8L", b"ALPH"), body[16:20]
            lines.append(int.from_bytes(body[12:15], "little"))
        place += 8 + length + (length & 1)
    assert place == len(data), "bytes behind the end"
    return size, loops, lines


def gif():
    assert data[:6] == b"GIF89a"
    size, flags = struct.unpack_from("<HH", data, 6), data[10]
    place, lines, loops = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0), [], None
    delay = None

    def blocks():
        nonlocal place
        found = b""
        while data[place]:
            found += data[place + 1:place + 1 + data[place]]
            place += 1 + data[place]
        place += 1
        return found

    while data[place] != 0x3B:
        if data[place] == 0x21:
            label = data[place + 1]
            place += 2
            body = blocks()
            if label == 0xF9:
                delay = struct.unpack_from("<H", body, 1)[0] * 10
            elif label == 0xFF and body[:11] == b"NETSCAPE2.0":
                loops = struct.unpack_from("<H", body, 12)[0]
        else:
            assert data[place] == 0x2C, "a block"
            flags = data[place + 9]
            place += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
            assert blocks(), "pixels"
            lines.append(delay)
    assert place == len(data) - 1, "bytes behind the end"
    return size, loops, lines


size, loops, lines = webp() if data[:4] == b"RIFF" else gif()
print(*size, loops)
for milliseconds in lines:
    print(milliseconds)
