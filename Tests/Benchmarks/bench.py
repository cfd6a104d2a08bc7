#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures ours against others in alternation; scripts/bench builds all and then runs this.

Prints a table of medians with least and most, and writes .build/bench.json, a list of
{name, unit, ours, peer, peer_value, ratio, goal}. A ratio above 1 says that ours is better; a goal
is the least ratio that is wanted, null where a row only informs.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Callable

OURS = ".build/release/Benchmarks"
PEERS = ".build/bench/"
GO = "Go channels"
C = "C epoll server"
LIMIT = "limit"
RECORDING = ".build/bench-media/mpeg2_576i_30min.ts"


@dataclass
class Row:
    """One figure. `measure` gives the values of one round, ours and the peer's."""

    name: str
    unit: str
    peer: str
    goal: float | None
    measure: Callable[[int], tuple[float, float]]
    more_is_better: bool = False
    rounds: int = 9


def number(*command: str) -> float:
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    return float(done.stdout.split()[0])


def alternating(round: int, ours: Callable[[], float], peer: Callable[[], float]):
    """Who begins changes each round, so that neither always has the warmer machine."""
    if round % 2:
        theirs = peer()
        return ours(), theirs
    mine = ours()
    return mine, peer()


def against_go(name: str, unit: str, goal: float | None, ours: str, peer: str, rounds: int = 9):
    return Row(name, unit, GO, goal, rounds=rounds, measure=lambda round: alternating(
        round, lambda: number(OURS, ours), lambda: number(PEERS + "channels", peer)))


def within(name: str, unit: str, limit: float, ours: str, more_is_better=False, rounds: int = 9):
    return Row(name, unit, LIMIT, 1, lambda _: (number(OURS, ours), limit), more_is_better, rounds)


# Echo over loopback


class Server:
    """An echo server in a process of its own."""

    def __init__(self, *command: str):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def cpu(self) -> float:
        """Nanoseconds of CPU that its threads have had."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1e7

    def kibibytes(self, field: str) -> int:
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(field + ":"))


def load(command: list[str], connections: int, seconds: float) -> dict[str, float]:
    """One run of the load generator, and what the server had to spend on it."""
    with Server(*command) as server:
        memory = server.kibibytes("VmRSS")
        done = subprocess.run(
            [PEERS + "load", server.port, str(connections), str(seconds)],
            check=True, capture_output=True, text=True, timeout=120)
        trips, p99 = map(float, done.stdout.split())
        return {
            "trips": trips,
            "p99": p99,
            "cpu": server.cpu() / (trips * seconds) / 1000,
            "bytes": (server.kibibytes("VmHWM") - memory) * 1024 / connections,
        }


class Echo:
    """Runs that several rows read from: each round is made once."""

    def __init__(self, connections: int, seconds: float):
        self.connections, self.seconds = connections, seconds
        self.rounds: dict[int, tuple[dict, dict]] = {}

    def run(self, round: int):
        if round not in self.rounds:
            self.rounds[round] = alternating(
                round,
                lambda: load([OURS, "echo"], self.connections, self.seconds),
                lambda: load([PEERS + "echo"], self.connections, self.seconds))
        return self.rounds[round]

    def row(self, what: str, key: str, unit: str, goal: float | None, more_is_better=False):
        def measure(round: int):
            mine, theirs = self.run(round)
            return mine[key], theirs[key]

        return Row(f"echo at {self.connections:,}, {what}", unit, C, goal, measure, more_is_better)


def echo_rows(seconds: float) -> list[Row]:
    rows = []
    for connections, goal in [(100, 0.85), (1000, 0.7), (5000, 0.7)]:
        echo = Echo(connections, seconds)
        rows.append(echo.row("round trips", "trips", "/s", goal, more_is_better=True))
        if connections == 100:
            # With more, letting them in is a large part of a short run.
            rows.append(echo.row("server's CPU a trip", "cpu", "us", None))
        rows.append(echo.row("99th percentile", "p99", "us", None))
    bytes_row = echo.row("memory a connection", "bytes", "bytes", 1)
    measured = bytes_row.measure
    bytes_row.peer, bytes_row.measure = LIMIT, lambda round: (measured(round)[0], 6 * 1024)
    return rows + [bytes_row]


# Extraction


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


# All rows, in the order of the table


def all_rows(quick: bool) -> list[Row]:
    rows = [
        against_go("callback ring of 100", "ns a hop", 10, "ring", "ring"),
        against_go("callback chain of 10, capacity 32", "ns a hop", 5, "chain", "chain"),
        against_go("callback chain of 10, capacity 1", "ns a hop", None, "chain-1", "chain1"),
        against_go("async chain of 10, capacity 32", "ns a hop", 2.5, "async-chain", "chain"),
        against_go("async ring of 100", "ns a hop", 0.45, "async-ring", "ring"),
        within("idle callback component", "bytes", 512, "idle", rounds=3),
        within("idle async component", "bytes", 2560, "async-idle", rounds=3),
        against_go("idle async component against a goroutine", "bytes", None, "async-idle", "idle", 3),
        within("100,000 created, activated, finished", "s", 0.3, "lives"),
        against_go("100,000 lives against goroutines", "s", None, "lives", "spawn"),
        within("wake-ups of 10,000 idle in 2 s", "wakes", 0, "wakes", rounds=3),
        within("chain of 10 in halves on two schedulers", "ns a hop", 100, "halves"),
        within("six producers on two schedulers", "ns a message", 500, "producers"),
        within("two pipelines on two schedulers", "times", 1.7, "two-pipelines", more_is_better=True),
    ]
    rows += echo_rows(0.3 if quick else 1)
    return rows + extractions()


# Running and telling


def ratio(row: Row, ours: float, peer: float) -> float:
    if row.more_is_better:
        return ours / peer
    return peer / ours if ours else 1.0


def run(row: Row, rounds: int) -> tuple[dict, str]:
    pairs = [row.measure(round) for round in range(min(rounds, row.rounds))]
    ours, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
    middle, peer = statistics.median(ours), statistics.median(theirs)
    result = {
        "name": row.name, "unit": row.unit, "ours": middle, "peer": row.peer,
        "peer_value": peer, "ratio": ratio(row, middle, peer), "goal": row.goal,
    }
    verdict = "" if row.goal is None else "ok" if result["ratio"] >= row.goal else "NO"
    goal = "" if row.goal is None else f"{row.goal:g}"
    line = (
        f"{row.name:41} {row.unit:12} {spread(ours):>26} {spread(theirs):>26}"
        f" {row.peer:14} {result['ratio']:6.2f} {goal:>5} {verdict}")
    return result, line


def spread(values: list[float]) -> str:
    low, middle, high = (short(f(values)) for f in (min, statistics.median, max))
    return middle if low == high else f"{middle} ({low}-{high})"


def short(value: float) -> str:
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def main() -> int:
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    options = {word for word in sys.argv[1:] if word.startswith("-")}
    if options - {"--quick", "--list"}:
        print("usage: bench.py [--quick] [--list] [NAME...]", file=sys.stderr)
        return 64
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    quick = "--quick" in options
    rows = [row for row in all_rows(quick) if not words or any(word in row.name for word in words)]
    if "--list" in options:
        print(*(row.name for row in rows), sep="\n")
        return 0
    print(f"{'':41} {'':12} {'ours (least-most)':>26} {'peer (least-most)':>26}"
          f" {'peer':14} {'ratio':>6} {'goal':>5}")
    results = []
    for row in rows:
        result, line = run(row, 1 if quick else row.rounds)
        print(line, flush=True)
        results.append(result)
    with open(".build/bench.json", "w") as file:
        json.dump(results, file, indent=2)
        file.write("\n")
    missed = [r["name"] for r in results if r["goal"] is not None and r["ratio"] < r["goal"]]
    print(f"{len(results)} rows in .build/bench.json; below their goal: {', '.join(missed) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
