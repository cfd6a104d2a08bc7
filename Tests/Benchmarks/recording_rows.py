# SPDX-License-Identifier: Apache-2.0
"""Pictures out of a recording against ffmpeg."""

import os
import subprocess
import tempfile

from measuring import LIMIT, Row, alternating

RECORDING = ".build/bench-media/mpeg2_576i_30min.ts"


def spent(*command: str) -> tuple[float, float]:
    """CPU seconds and peak memory in MiB of a command, its own children included."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def extraction(*options: str) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        return spent(".build/release/previewd", "extract", *options, RECORDING, "-o", folder)


def by_ffmpeg(*options: str) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        return spent("ffmpeg", "-nostdin", "-v", "error", *options, folder + "/%06d.jpg")


def extractions() -> list[Row]:
    """Pictures of 30 min of MPEG-2 576i, 320 wide; made once, 1 GB in .build/bench-media."""
    every_10 = ("-i", RECORDING, "-vf", "fps=1/10,scale=320:-2", "-q:v", "5")
    keys = ("-skip_frame", "nokey", "-i", RECORDING, "-vf", "fps=1/10,scale=320:-2", "-q:v", "5")
    return [
        Row("extract n=10", "CPU s", "ffmpeg fps", 30, rounds=3, measure=lambda round: alternating(
            round, lambda: extraction("-n", "10")[0], lambda: by_ffmpeg(*every_10)[0])),
        Row("extract n=10 against keyframes", "CPU s", "ffmpeg nokey", None, rounds=3,
            measure=lambda round: alternating(
                round, lambda: extraction("-n", "10")[0], lambda: by_ffmpeg(*keys)[0])),
        Row("extract n=10 exact", "CPU s", "ffmpeg fps", None, rounds=1,
            measure=lambda _: (
                extraction("-n", "10", "--mode", "exact")[0], by_ffmpeg(*every_10)[0])),
        Row("extract n=10 peak memory", "MiB", LIMIT, 1, rounds=3,
            measure=lambda _: (extraction("-n", "10")[1], 80)),
    ]
