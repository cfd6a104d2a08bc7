# SPDX-License-Identifier: Apache-2.0
"""What every row of the table is made of: a figure of ours and one of a peer's, in alternation."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

OURS = ".build/release/Benchmarks"
PEERS = ".build/bench/"
CHANNELS = PEERS + "channels"
GO = "Go channels"
C = "C epoll server"
LIMIT = "limit"


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
        round, lambda: number(OURS, *ours.split()), lambda: number(CHANNELS, *peer.split())))


def within(name: str, unit: str, limit: float, ours: str, more_is_better=False, rounds: int = 9):
    return Row(name, unit, LIMIT, 1, lambda _: (number(OURS, *ours.split()), limit),
               more_is_better, rounds)


def voluntary(task: Path) -> int:
    lines = (task / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary"))


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


    def switches(self) -> int:
        """How often its threads have given the processor away by themselves."""
        return sum(voluntary(task) for task in Path(f"/proc/{self.process.pid}/task").iterdir())
