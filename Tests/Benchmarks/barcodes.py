#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the numbers that make-recordings.sh draws into pictures, and tells how far off times are.

usage: barcodes.py FOLDER SECONDS      JPEGs in order of their names, one for each SECONDS
"""

import glob
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

WIDTH, HEIGHT = 320, 90
RATE = 25
PERIOD = 72  # The numbers begin anew after so many seconds.


@dataclass
class Errors:
    """What pictures show against what was asked for, in seconds; the worst of all."""

    pictures: int
    unreadable: int
    from_slot: float
    from_claim: float


def numbers(paths: list[str]) -> list[int | None]:
    """The number in each picture; None where the blocks make no sense."""
    with tempfile.TemporaryFile() as all:
        for path in paths:
            with open(path, "rb") as file:
                shutil.copyfileobj(file, all)
        all.seek(0)
        done = subprocess.run(
            ["ffmpeg", "-v", "error", "-threads", "1", "-f", "image2pipe", "-c:v", "mjpeg", "-i",
             "-", "-vf", f"scale={WIDTH}:{HEIGHT}", "-fps_mode", "passthrough", "-pix_fmt", "gray",
             "-f", "rawvideo", "-"], stdin=all, stdout=subprocess.PIPE, check=True)
    size = WIDTH * HEIGHT
    return [number(done.stdout[at:at + size]) for at in range(0, len(done.stdout), size)]


def number(rows: bytes) -> int | None:
    code = 0
    for bit in range(16):
        # The blocks take a ninth of the height.
        luma = rows[5 * WIDTH + bit * WIDTH // 16 + WIDTH // 32]
        if 80 <= luma <= 175:
            return None
        code |= (luma > 127) << bit
    value = code & 4095
    return value if value % 13 == code >> 12 and value < RATE * PERIOD else None


def distance(value: int, time: float) -> float:
    """From `time` to the picture's: the least that fits, since numbers come again."""
    off = (value / RATE - time) % PERIOD
    return round(min(off, PERIOD - off), 6)


def errors(paths: list[str], slots: list[float], claims: list[float]) -> Errors:
    """`slots` were asked for, `claims` are the times that the program gave its pictures."""
    found = numbers(paths)
    if len(found) != len(paths):
        raise ValueError(f"{len(paths)} pictures, of which {len(found)} can be decoded")
    readable = [(value, slot, claim) for value, slot, claim in zip(found, slots, claims)
                if value is not None]
    return Errors(
        len(paths), len(paths) - len(readable),
        max((distance(value, slot) for value, slot, _ in readable), default=float("nan")),
        max((distance(value, claim) for value, _, claim in readable), default=float("nan")))


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    paths = sorted(glob.glob(arguments[0] + "/*.jpg"))
    slots = [index * float(arguments[1]) for index in range(len(paths))]
    result = errors(paths, slots, slots)
    print(f"{result.pictures} pictures, {result.unreadable} unreadable, "
          f"at most {result.from_slot:.2f} s off")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
