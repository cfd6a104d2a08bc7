# SPDX-License-Identifier: Apache-2.0
"""Reads multipart/x-mixed-replace strictly; a line a part.

    multipart.py FILE BOUNDARY   ->   pts seq length crc32
"""
import sys
import zlib

data = open(sys.argv[1], "rb").read()
mark = b"--" + sys.argv[2].encode()
place = 0


def line():
    global place
    end = data.index(b"\r\n", place)
    found = data[place:end]
    assert len(found) < 120 and b"\n" not in found, "a line"
    place = end + 2
    return found


while True:
    boundary = line()
    if boundary == mark + b"--":
        break
    assert boundary == mark, boundary
    fields = {}
    while field := line():
        name, value = field.split(b": ")
        assert name not in fields
        fields[name] = value.decode()
    assert fields.pop(b"Content-Type") == "image/jpeg"
    length = int(fields.pop(b"Content-Length"))
    picture = data[place:place + length]
    assert picture[:2] == b"\xff\xd8" and picture[-2:] == b"\xff\xd9", "a JPEG"
    place += length
    assert line() == b"", "an empty line behind the picture"
    print(fields.pop(b"X-Preview-PTS"), fields.pop(b"X-Preview-Seq"), length, zlib.crc32(picture))
    assert not fields, fields
assert place == len(data), "bytes behind the end"
