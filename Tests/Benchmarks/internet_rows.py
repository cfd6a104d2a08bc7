# SPDX-License-Identifier: Apache-2.0
"""Echo over loopback against a minimal C epoll server, and what connections cost that do nothing."""

import socket
import subprocess
import time

from measuring import C, LIMIT, OURS, PEERS, Row, Server, alternating


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
    for connections, goal in [(1, None), (100, 0.85), (1000, 0.7), (5000, 0.7)]:
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


def idle_connections(count: int, seconds: int) -> tuple[int, float]:
    """Wake-ups and milliseconds of CPU of a server whose clients say nothing."""
    with Server(OURS, "echo") as server:
        clients = [socket.create_connection(("127.0.0.1", int(server.port))) for _ in range(count)]
        for client in clients:  # Each has been let in once it has had an answer.
            client.sendall(b"x")
        for client in clients:
            client.recv(1)
        time.sleep(1)
        switches, cpu = server.switches(), server.cpu()
        time.sleep(seconds)
        result = server.switches() - switches, (server.cpu() - cpu) / 1e6
        for client in clients:
            client.close()
        return result


def idle_rows(seconds: int) -> list[Row]:
    runs: dict[int, tuple[int, float]] = {}

    def run(round: int) -> tuple[int, float]:
        if round not in runs:
            runs[round] = idle_connections(1000, seconds)
        return runs[round]

    return [
        Row(f"wake-ups of 1,000 idle connections in {seconds} s", "wakes", LIMIT, 1, rounds=1,
            measure=lambda round: (run(round)[0], 0)),
        Row(f"CPU of 1,000 idle connections in {seconds} s", "ms", LIMIT, 1, rounds=1,
            measure=lambda round: (run(round)[1], 0)),
    ]
