# SPDX-License-Identifier: Apache-2.0
"""Who makes pictures of a recording, what that costs, and how true the pictures' times are."""

import datetime
import glob
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import barcodes
from measuring import PEERS

MEDIA = ".build/bench-media/"
PREVIEWD = ".build/release/previewd"
LIMIT_PROGRAM = PEERS + "limit"
# Of peers that take longer than this, one run is kept and not repeated.
SLOW = 5.0
# Seconds of the clock that no program may take.
LONGEST = 1800
KEPT = Path(".build/bench-peers.json")
# Debian's, which is the one that knows python3-av.
PYTHON = "/usr/bin/python3"


@dataclass
class Cost:
    """One run: seconds of CPU and of the clock, MiB of its largest process, pictures, errors."""

    cpu: float
    wall: float
    memory: float
    pictures: int
    unreadable: int
    # The most, in seconds, from the slot to the picture, and from the time said to the picture's.
    from_slot: float
    from_claim: float
    # When it was measured, where that wasn't now.
    date: str = ""


def recording(name: str) -> str:
    """Its path; made now if it is missing."""
    path = MEDIA + name
    if not os.path.exists(path):
        print(f"making {path}: some minutes", file=sys.stderr)
        subprocess.run(["Tests/Benchmarks/make-recordings.sh", MEDIA, name], check=True,
                       stdout=subprocess.DEVNULL)
    return path


# A process counts as its memory what the one held that started it: so a small one does.
LAUNCHER = """
import os, sys, time
begin = time.monotonic()
output = os.open(os.devnull, os.O_WRONLY)
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ,
                        file_actions=[(os.POSIX_SPAWN_DUP2, output, 1)])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime,
      time.monotonic() - begin, usage.ru_maxrss / 1024)
"""


def scratch() -> tempfile.TemporaryDirectory:
    """A folder in memory, where there is one: how a disk's file system fares is no matter here."""
    memory = "/dev/shm"
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30
    return tempfile.TemporaryDirectory(dir=memory if has_room else None)


def warm(path: str) -> None:
    """Has the kernel hold the file, so that nobody pays for the disk."""
    with open(path, "rb") as file:
        while file.read(16 << 20):
            pass


def timed(command: list[str]) -> tuple[float, float, float]:
    """Seconds of CPU and of the clock, and MiB, of a command and what it started and waited for.

    What one run of ours keeps for the next is not there.
    """
    with scratch() as cache:
        # Whoever hangs is an error, not the end of all measuring.
        done = subprocess.run([sys.executable, "-S", "-c", LAUNCHER, *command], check=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST,
                              env={**os.environ, "PREVIEWD_CACHE": cache})
    code, cpu, wall, memory = done.stdout.split()
    if int(code) != 0:
        raise subprocess.CalledProcessError(int(code), command, stderr=done.stderr)
    return float(cpu), float(wall), float(memory)


SCALE = "scale=320:-2"


def commands(peer: str, path: str, interval: float, folder: str) -> list[str]:
    """How a peer is called; its pictures come into the folder, in order of their names."""
    ffmpeg = ["ffmpeg", "-nostdin", "-v", "error"]
    numbered = ["-q:v", "5", folder + "/%06d.jpg"]
    every = ["-an", "-vf", f"fps=1/{interval:g},{SCALE}", *numbered]
    exactly = f"select='gte(t,selected_n*{interval:g})',{SCALE}"
    loop = ('n=0; while [ "$n" -lt "$3" ]; do ffmpegthumbnailer -i "$1" -s 320 -q 7 -t '
            '"$(printf %02d:%02d:%02d $((n*$4/3600)) $((n*$4/60%60)) $((n*$4%60)))" '
            '-o "$2/$(printf %06d "$n").jpg" >/dev/null 2>&1; n=$((n+1)); done')
    slots = str(int(1800 / interval))
    return {
        "ours": [PREVIEWD, "extract", "--workers", "1", "-n", f"{interval:g}", path, "-o", folder],
        "ours exact": [PREVIEWD, "extract", "--workers", "1", "-n", f"{interval:g}", "--mode",
                       "exact", path, "-o", folder],
        "limit": [LIMIT_PROGRAM, path, f"{interval:g}", folder, "key"],
        "limit exact": [LIMIT_PROGRAM, path, f"{interval:g}", folder, "exact"],
        "ffmpeg fps": [*ffmpeg, "-i", path, *every],
        "ffmpeg nokey": [*ffmpeg, "-skip_frame", "nokey", "-i", path, *every],
        "ffmpeg select": [*ffmpeg, "-i", path, "-an", "-vf", exactly, "-fps_mode", "passthrough",
                          *numbered],
        "thumbnailer": ["sh", "-c", loop, "sh", path, folder, slots, f"{interval:g}"],
        "PyAV": [PYTHON, "Tests/Benchmarks/Peers/pyav_seek.py", path, f"{interval:g}", folder],
    }[peer]


def is_there(peer: str) -> bool:
    """Whether the peer is installed; says so on standard error where it isn't."""
    if peer == "thumbnailer":
        found = shutil.which("ffmpegthumbnailer") is not None
    elif peer == "PyAV":
        found = os.path.exists(PYTHON) and subprocess.run(
            [PYTHON, "-c", "import av"], capture_output=True).returncode == 0
    else:
        found = True
    if not found:
        print(f"no rows against {peer}: scripts/need-packages bench installs it", file=sys.stderr)
    return found


def claims(path: str, interval: float, mode: list[str]) -> list[float]:
    """The times that we give our pictures, read from a preview file (docs/PROTOCOL.md, 12)."""
    with scratch() as folder:
        file = folder + "/a.pvs"
        timed([PREVIEWD, "extract", "-n", f"{interval:g}", *mode, path, "-o", file])
        content = Path(file).read_bytes()
    trailer = content[-119:].decode("ascii", "replace")
    at = int(trailer.split("Index-Offset: ")[1][:20])
    count = int(trailer.split("Entries: ")[1][:20])
    entries = content[at:].split(b"\r\n\r\n", 1)[1] if b"\r\n\r\n" in content[at:] else b""
    rows = (struct.unpack_from(">QqIIIBBH", entries, 32 * entry) for entry in range(count))
    return [row[1] / 1e6 for row in rows if row[4] != 0xFFFFFFFF]


def run(peer: str, name: str, interval: float, checks: bool = True) -> Cost:
    """One run, and what its pictures show; `checks` off leaves the pictures unread."""
    path = recording(name)
    warm(path)
    with scratch() as folder:
        cpu, wall, memory = timed(commands(peer, path, interval, folder))
        pictures = sorted(glob.glob(folder + "/**/*.jpg", recursive=True))
        if not checks or not pictures:
            return Cost(cpu, wall, memory, len(pictures), 0, float("nan"), float("nan"))
        slots = [index * interval for index in range(len(pictures))]
        if peer.startswith("ours") or peer == "thumbnailer" or peer == "PyAV":
            # The name tells the slot: some may be missing.
            slots = [int(Path(picture).stem) * interval for picture in pictures]
        said = slots
        if peer.startswith("ours"):
            said = claims(path, interval, ["--mode", "exact"] if "exact" in peer else [])
        errors = barcodes.errors(pictures, slots, said)
    return Cost(cpu, wall, memory, errors.pictures, errors.unreadable, errors.from_slot,
                errors.from_claim)


def machine() -> str:
    """What a kept figure holds for: this processor, this ffmpeg."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.split(":")[1].strip() for line in lines
                      if line.startswith("model name")), "unknown")
    done = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True)
    version = done.stdout.split()[2] if done.returncode == 0 else "none"
    return f"{processor}, {os.cpu_count()} cores, ffmpeg {version}"


def kept_or_run(peer: str, name: str, interval: float) -> Cost:
    """A slow peer's run from before, if there was one on this machine with this file, else a run."""
    facts = os.stat(recording(name))
    key = f"{peer} | {name} {facts.st_size} {int(facts.st_mtime)} | {interval:g} | {machine()}"
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if key in kept:
        return Cost(**kept[key])
    cost = run(peer, name, interval)
    if cost.wall > SLOW:
        kept[key] = asdict(cost) | {"date": datetime.date.today().isoformat()}
        KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    return cost
