#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures ours against others in alternation; scripts/bench builds all and then runs this.

Prints a table of medians with least and most, and writes .build/bench.json, a list of
{name, unit, ours, peer, peer_value, ratio, goal}. A ratio above 1 says that ours is better; a goal
is the least ratio that is wanted, null where a row only informs.
"""

import json
import resource
import statistics
import sys

import axon_rows
import internet_rows
import process_rows
import recording_rows
from measuring import Row


def all_rows(quick: bool) -> list[Row]:
    seconds = 2 if quick else 10
    return [
        *axon_rows.rings(), *axon_rows.chains(), *axon_rows.crowds(seconds), *axon_rows.crossings(),
        *internet_rows.echo_rows(0.3 if quick else 1), *internet_rows.idle_rows(seconds),
        *process_rows.process_rows(seconds), *recording_rows.extractions(quick),
    ]


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
        f"{row.name:48} {row.unit:12} {spread(ours):>26} {spread(theirs):>26}"
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
    print(f"{'':48} {'':12} {'ours (least-most)':>26} {'peer (least-most)':>26}"
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
