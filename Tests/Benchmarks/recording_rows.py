# SPDX-License-Identifier: Apache-2.0
"""Pictures out of long recordings: against a C program, ffmpeg, ffmpegthumbnailer and PyAV."""

import json
import shutil
import statistics
import subprocess
from pathlib import Path

from measuring import LIMIT, Row
from recording_peers import (
    PREVIEWD, Cost, is_there, kept_or_run, recording, run, scratch, timed)

# The recording, and how many times less CPU than `fps`, `nokey` and PyAV is wanted at n = 10; None
# where a row only informs. Key pictures of all are denser than slots; the decoder of VP9 decodes all
# for nokey.
RECORDINGS: dict[str, tuple[float | None, float | None, float | None]] = {
    "mpeg2_576i.ts": (50, 5, None),
    "mpeg2_576i.vob": (50, 5, None),
    "mpeg1_cif.mpg": (None, 5, None),
    "h264_1080i.ts": (None, 5, None),
    "h264_1080p.mp4": (None, 5, None),
    "hevc_720p.mkv": (None, 5, None),
    "vp9_720p.webm": (None, 5, None),
    "asp_480p.avi": (None, 5, None),
}
# For a quick look: one that is searched, one that has a list.
QUICK = ("mpeg1_cif.mpg", "asp_480p.avi")
EXACT = ("mpeg2_576i.ts", "mpeg1_cif.mpg", "h264_1080i.ts")
# Of limit.c's time: within 1.25 of it.
NEAR_LIMIT = 0.8
MOST_MEMORY = 60


class Case:
    """A recording and an interval; each round of ours and the limit's is run once, for all rows."""

    def __init__(self, name: str, interval: float, exact: bool = False):
        self.name, self.interval = name, interval
        self.suffix = " exact" if exact else ""
        self.title = f"extract {name} n={interval:g}{self.suffix}"
        self.rounds: dict[int, tuple[Cost, Cost]] = {}

    def run(self, round: int) -> tuple[Cost, Cost]:
        """Ours and the limit's, who begins changing each round."""
        if round not in self.rounds:
            order = ["ours", "limit"] if round % 2 == 0 else ["limit", "ours"]
            # What pictures show is the same each time.
            costs = {who: run(who + self.suffix, self.name, self.interval, checks=round == 0)
                     for who in order}
            self.rounds[round] = costs["ours"], costs["limit"]
        return self.rounds[round]

    def ours(self) -> float:
        """The median CPU of the rounds so far."""
        self.run(0)
        return statistics.median(ours.cpu for ours, _ in self.rounds.values())

    def against_limit(self, rounds: int = 5) -> Row:
        return Row(self.title, "CPU s", "limit.c", NEAR_LIMIT, rounds=rounds,
                   measure=lambda round: tuple(cost.cpu for cost in self.run(round)))

    def memory(self) -> Row:
        return Row(self.title + " memory", "MiB", LIMIT, 1, rounds=1,
                   measure=lambda round: (self.run(round)[0].memory, MOST_MEMORY))

    def error(self, most: float) -> Row:
        """How far a picture's real time may be from the time that it claims."""
        return Row(self.title + " wrong time", "s", LIMIT, 1, rounds=1,
                   measure=lambda round: (self.run(round)[0].from_claim, most))

    def against(self, peer: str, goal: float | None) -> Row:
        row = Row(f"{self.title} / {peer}", "CPU s", peer, goal, rounds=1,
                  measure=lambda _: (0, 0))

        def measure(_: int) -> tuple[float, float]:
            cost = kept_or_run(peer, self.name, self.interval)
            # Kept from another day, or nothing to show for its time: worth knowing.
            notes = [cost.date, "" if cost.pictures else "0 pictures"]
            row.peer = ", ".join([peer, *filter(None, notes)])
            return self.ours(), cost.cpu

        row.measure = measure
        return row


def peers() -> list[str]:
    return [peer for peer in ("ffmpeg fps", "ffmpeg nokey", "thumbnailer", "PyAV")
            if is_there(peer)]


def every_recording(names: list[str], present: list[str]) -> list[Row]:
    rows = []
    for name in names:
        case = Case(name, 10)
        fps, nokey, pyav = RECORDINGS[name]
        goals = {"ffmpeg fps": fps, "ffmpeg nokey": nokey, "PyAV": pyav, "thumbnailer": None}
        rows += [case.against_limit(), *(case.against(peer, goals[peer]) for peer in present),
                 case.memory(), case.error(0.02)]
    return rows


def other_intervals(present: list[str]) -> list[Row]:
    rows = []
    for interval in (1, 60):
        case = Case("mpeg2_576i.ts", interval)
        rows.append(case.against_limit(rounds=3))
        rows += [case.against(peer, None) for peer in present if peer != "thumbnailer"]
    return rows


def exact_ones(names: list[str]) -> list[Row]:
    rows = []
    for name in names:
        case = Case(name, 10, exact=True)
        rows += [case.against_limit(rounds=3), case.against("ffmpeg select", None),
                 case.memory(), case.error(0.02)]
    return rows


def extraction(*words: str) -> float:
    """CPU seconds of an extraction into a folder that is new each time."""
    with scratch() as folder:
        return timed([PREVIEWD, "extract", *words, "-o", folder])[0]


def growth() -> list[Row]:
    """Sixty pictures of half an hour against sixty of two hours; and sixty against ten times that.

    The ratio is the short one's cost by the long one's, and the few's tenfold by the many's.
    """
    def lengths(_: int) -> tuple[float, float]:
        return (extraction("-n", "120", recording("mpeg1_long.mpg")),
                extraction("-n", "30", recording("mpeg1_cif.mpg")))

    def slots(_: int) -> tuple[float, float]:
        path = recording("mpeg2_576i.ts")
        return extraction("-n", "3", path), 10 * extraction("-n", "30", path)

    return [
        Row("extract 60 of 2 h against 60 of 30 min", "CPU s", "30 min", 0.75, lengths, rounds=5),
        Row("extract 600 of 30 min against 10 times 60", "CPU s", "10 x 60", None, slots, rounds=3),
    ]


def bytes_read() -> list[Row]:
    """Percent of the file that is read, at first and when the key pictures' places are known."""
    def share(_: int, again: bool) -> float:
        path = recording("mpeg2_576i.ts")
        with scratch() as folder:
            for width in ("320", "160")[:2 if again else 1]:
                done = subprocess.run(
                    [PREVIEWD, "extract", "--json", "-w", width, path, "-o", folder + "/" + width],
                    env={"PREVIEWD_CACHE": folder}, check=True, capture_output=True)
        return 100 * json.loads(done.stdout)["bytes_read"] / Path(path).stat().st_size

    name = "extract mpeg2_576i.ts n=10 reads"
    return [
        Row(name, "%", LIMIT, 1, lambda round: (share(round, False), 7), rounds=1),
        Row(name + " with a key map", "%", LIMIT, 1, lambda round: (share(round, True), 2),
            rounds=1),
    ]


def batch(count: int) -> list[Row]:
    """Short recordings with one worker and with two: seconds of the clock."""
    def measure(_: int) -> tuple[float, float]:
        source = Path(recording("mpeg1_cif.mpg"))
        with scratch() as folder:
            # 72 s each; the head of a program stream is a program stream, whose last picture is cut.
            with source.open("rb") as file:
                head = file.read(source.stat().st_size // 25)
            paths = [f"{folder}/{number:03d}.mpg" for number in range(count)]
            for path in paths:
                Path(path).write_bytes(head)
            seconds = {}
            for workers in (1, 2):
                output = f"{folder}/out{workers}"
                seconds[workers] = timed(
                    [PREVIEWD, "extract", "--workers", str(workers), "-n", "1", "--end", "71",
                     *paths, "-o", output])[1]
                shutil.rmtree(output)
            return seconds[2], seconds[1]

    return [Row(f"extract {count} recordings with 2 workers", "s", "1 worker", 1.8, measure,
                rounds=3)]


# Five kinds of output at once; the price of each alone is not the question.
FIVE = "jpeg,pvs,bif,jellyfin,sprites"


def outputs() -> list[Row]:
    def measure(_: int) -> tuple[float, float]:
        path = recording("h264_1080p.mp4")
        return extraction("--to", FIVE, path), extraction("--to", "jpeg", path)

    return [Row("extract five outputs against one", "CPU s", "one output", 1 / 1.4, measure,
                rounds=3)]


def extractions(quick: bool) -> list[Row]:
    """All rows; a quick look takes two small recordings, and no peer that takes minutes."""
    if quick:
        present = [peer for peer in ("ffmpeg nokey", "PyAV") if is_there(peer)]
        return [*every_recording(list(QUICK), present), *exact_ones(["mpeg1_cif.mpg"]), *batch(20)]
    present = peers()
    return [*every_recording(list(RECORDINGS), present), *other_intervals(present),
            *exact_ones(list(EXACT)), *growth(), *bytes_read(), *batch(200), *outputs()]
