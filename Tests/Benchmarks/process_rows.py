# SPDX-License-Identifier: Apache-2.0
"""A component in a child process, against limits."""

from measuring import Row, within


def process_rows(seconds: int) -> list[Row]:
    return [
        within("process component, start to first frame", "ms", 50, "process-start"),
        within("process component, round trips of 1 KB", "/s", 10_000, "process-trips 20000",
               more_is_better=True),
        within(f"wake-ups of an idle process component in {seconds} s", "wakes", 0,
               f"process-wakes {seconds}", rounds=1),
    ]
