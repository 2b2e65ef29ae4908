"""The machine the figures were measured on, with a loop that makes machines comparable."""

import os
import platform
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from bench import cluster


def calibration_seconds() -> float:
    """Seconds of a fixed loop in plain Python; the best of three."""
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        total = 0
        for number in range(5_000_000):
            total += number % 7
        best = min(best, time.perf_counter() - begin)
    return best


def fsync_milliseconds(rounds: int = 50) -> float:
    """The median time to make 4 kB durable where temporary files lie."""
    times = []
    with tempfile.TemporaryFile() as file:
        for _ in range(rounds):
            file.write(b"x" * 4096)
            file.flush()
            begin = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begin)
    return sorted(times)[rounds // 2] * 1000


def _first(path: Path, word: str) -> str:
    try:
        with path.open() as file:
            return next((line.split(":", 1)[1].strip() for line in file if line.startswith(word)), "")
    except OSError:
        return ""


def processor() -> str:
    return _first(Path("/proc/cpuinfo"), "model name") or platform.machine()


def postgresql_version() -> str:
    if not cluster.available():
        return ""
    answer = subprocess.run(
        [cluster.program("postgres"), "--version"], capture_output=True, text=True, check=True
    )
    return answer.stdout.split()[2]


def described() -> dict:
    memory = _first(Path("/proc/meminfo"), "MemTotal").split()
    return {
        "machine": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(memory[0]) / 1024**2, 1) if memory else None,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": postgresql_version(),
        "loop_s": round(calibration_seconds(), 3),
        "fsync_ms": round(fsync_milliseconds(), 3),
    }
