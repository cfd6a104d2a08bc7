#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints, as Markdown, what pictures of the long recordings cost each program, and how true they are.

usage: recordings_table.py [-n SECONDS] [--exact] [NAME...]      (default 10, all recordings)

Medians of three runs of ours and the C program; one run of the others, kept in .build from one time
to the next where it is slow. "Off the slot" is the most from the time asked for to the picture's
real one, read from the number drawn in it; "wrong time" is from the time that the program says.
A program that doesn't say any means the slot's. Run `make bench` once before: it builds all.
"""

import statistics
import sys
from dataclasses import astuple, replace

from recording_peers import Cost, is_there, kept_or_run, machine, run
from recording_rows import RECORDINGS

NAMES = {
    "ours": "previewd", "ours exact": "previewd, exact", "limit": "C program",
    "limit exact": "C program, exact", "ffmpeg fps": "ffmpeg fps=1/n",
    "ffmpeg nokey": "ffmpeg, key pictures", "ffmpeg select": "ffmpeg select",
    "thumbnailer": "ffmpegthumbnailer", "PyAV": "PyAV, seeking",
}


def middle(costs: list[Cost]) -> Cost:
    """The medians of what was measured; what pictures show comes from the first run."""
    cpu, wall, memory = (statistics.median(values) for values in
                         zip(*(astuple(cost)[:3] for cost in costs)))
    return replace(costs[0], cpu=cpu, wall=wall, memory=memory)


def measured(peer: str, name: str, interval: float) -> Cost:
    if peer.split()[0] not in ("ours", "limit"):
        return kept_or_run(peer, name, interval)
    return middle([run(peer, name, interval, checks=round == 0) for round in range(3)])


def line(peer: str, cost: Cost) -> str:
    note = f"; {cost.unreadable} unreadable" if cost.unreadable else ""
    cells = (
        NAMES[peer] + (f" ({cost.date})" if cost.date else ""), f"{cost.cpu:.2f}",
        f"{cost.wall:.2f}", f"{cost.memory:.0f}", f"{cost.pictures}{note}",
        f"{cost.from_slot:.2f}", f"{cost.from_claim:.2f}")
    return "| " + " | ".join(cells) + " |"


def main(arguments: list[str]) -> int:
    words = list(arguments)
    interval, is_exact = 10.0, "--exact" in words
    if is_exact:
        words.remove("--exact")
    if "-n" in words:
        at = words.index("-n")
        interval = float(words[at + 1])
        del words[at:at + 2]
    if any(word not in RECORDINGS for word in words):
        print(__doc__, file=sys.stderr)
        return 64
    everyone = (["ours exact", "limit exact", "ffmpeg select"] if is_exact else
                ["ours", "limit", "ffmpeg fps", "ffmpeg nokey", "thumbnailer", "PyAV"])
    present = [peer for peer in everyone if is_there(peer)]
    print(f"A picture each {interval:g} s, 320 wide, on {machine()}.\n")
    for name in words or RECORDINGS:
        print(f"**{name}**\n")
        print("| program | CPU s | wall s | MiB | pictures | off the slot, s | wrong time, s |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for peer in present:
            print(line(peer, measured(peer, name, interval)), flush=True)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
