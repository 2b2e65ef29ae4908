"""Work on strangers' bytes that may never end, eat all memory or crash its process: done in one of its own.

    confined.run("okienko.files.painting", path, seconds=10)

The module does its work under `if __name__ == "__main__":`, calls `limit()` before it touches what it was given,
and answers on standard output. It gets no environment of ours: neither keys nor passwords.
"""

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}


class Failed(Exception):
    """It took too long or too much, crashed, or refused; the text is one word: "slow" or "broken"."""


def run(module: str, *words: str, given: bytes = b"", seconds: float) -> bytes:
    """What the module answers to `given`. Failed."""
    command = [sys.executable, "-P", "-s", "-m", module, *words]
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            timeout=seconds,
            check=True,
            cwd="/",
            env=ENVIRONMENT,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed("slow") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise Failed("broken") from error
    return done.stdout


def limit(*, seconds: int, megabytes: int):
    """Of this process, from now on: time of the processor and memory. It writes no files and leaves no image of itself."""
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, megabytes * 1024 * 1024),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
