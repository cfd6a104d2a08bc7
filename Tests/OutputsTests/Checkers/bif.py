# SPDX-License-Identifier: Apache-2.0
"""Reads a BIF file by its specification alone; one line for the header, one a picture.

    bif.py FILE   ->   count multiplier, then: timestamp length crc32
"""
import struct
import sys
import zlib

data = open(sys.argv[1], "rb").read()
assert data[:8] == bytes([0x89, 0x42, 0x49, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]), "magic"
version, count, multiplier = struct.unpack_from("<III", data, 8)
assert version == 0, "version"
assert data[20:64] == bytes(44), "reserved bytes"
print(count, multiplier or 1000)
table = [struct.unpack_from("<II", data, 64 + 8 * place) for place in range(count + 1)]
assert table[0][1] == 64 + 8 * (count + 1), "first offset"
assert table[-1] == (0xFFFFFFFF, len(data)), "last entry"
for (time, start), (later, end) in zip(table, table[1:]):
    assert later > time and end > start, "order"
    picture = data[start:end]
    assert picture[:2] == b"\xff\xd8" and picture[-2:] == b"\xff\xd9", "a JPEG"
    print(time, len(picture), zlib.crc32(picture))
