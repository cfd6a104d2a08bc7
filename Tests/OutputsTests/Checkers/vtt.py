# SPDX-License-Identifier: Apache-2.0
"""Reads WebVTT thumbnails strictly; a line a cue, times in milliseconds.

    vtt.py FILE   ->   start end file x y width height
"""
import os
import re
import sys

path = sys.argv[1]
text = open(path, newline="").read()
assert text.startswith("WEBVTT\n\n") and "\r" not in text, "header"
time = r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})"
cue = re.compile(rf"{time} --> {time}\n([^\n#]+)#xywh=(\d+),(\d+),(\d+),(\d+)\n?\Z")
end = 0
for block in text[len("WEBVTT\n\n"):].split("\n\n"):
    found = cue.match(block)
    assert found, block
    words = found.groups()
    start, stop = (
        ((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(ms)
        for h, m, s, ms in (words[:4], words[4:8]))
    assert start == end and stop > start, f"cues aren't contiguous: {block}"
    end = stop
    assert os.path.exists(os.path.join(os.path.dirname(path), words[8])), words[8]
    print(start, stop, *words[8:])
