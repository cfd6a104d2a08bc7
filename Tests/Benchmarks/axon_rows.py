# SPDX-License-Identifier: Apache-2.0
"""Axon alone, against Go channels, AsyncStream, and limits."""

from measuring import LIMIT, OURS, Row, against_go, alternating, number, within

STREAM = "AsyncStream"


def chains() -> list[Row]:
    rows = []
    for length, count in [(1, 2_000_000), (10, 500_000), (100, 50_000)]:
        for form, goal in [("callback", 5), ("async", 2.5)]:
            for capacity in (32, 1):
                few = count // (1 if capacity == 32 else 5)
                rows.append(against_go(
                    f"{form} chain of {length}, capacity {capacity}", "ns a hop",
                    goal if capacity == 32 and length == 10 else None,
                    f"chain {length} {few} {capacity} {form}", f"chain {length} {few} {capacity}"))
    rows.append(Row(
        "async chain of 10 against streams", "ns a hop", STREAM, None, rounds=5,
        measure=lambda round: alternating(
            round, lambda: number(OURS, *"chain 10 200000 32 async".split()),
            lambda: number(OURS, *"chain 10 20000 32 stream".split()))))
    return rows


def rings() -> list[Row]:
    return [
        against_go(f"{form} ring of {size}", "ns a hop", goal if size == 100 else None,
                   f"ring {size} {hops} {form}", f"ring {size} {hops}")
        for form, goal, hops in [("callback", 10, 2_000_000), ("async", 0.45, 1_000_000)]
        for size in (2, 100)
    ]


def crowds(seconds: int) -> list[Row]:
    rows = []
    for count in (10_000, 100_000):
        for form, limit in [("callback", 512), ("async", 2560)]:
            rows.append(within(f"idle {form} component of {count:,}", "bytes", limit,
                               f"idle {count} {form}", rounds=3))
    return rows + [
        against_go("idle async component against a goroutine", "bytes", None,
                   "idle 100000 async", "idle 100000", 3),
        within("100,000 created, activated, finished", "s", 0.3, "lives 100000"),
        against_go("100,000 lives against goroutines", "s", None, "lives 100000", "lives 100000"),
        within(f"wake-ups of 10,000 idle components in {seconds} s", "wakes", 0,
               f"wakes 10000 {seconds}", rounds=1),
    ]


def crossings() -> list[Row]:
    return [
        within("chain of 10 in halves on two schedulers", "ns a hop", 100, "halves 10 300000"),
        within("six producers on two schedulers", "ns a message", 500, "producers 6 200000"),
        against_go("six producers on two processors", "ns a message", None,
                   "producers 6 200000", "producers 6 200000"),
        within("two pipelines on two schedulers", "times", 1.7, "two-pipelines 10 1000000",
               more_is_better=True),
    ]
