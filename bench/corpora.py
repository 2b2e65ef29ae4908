"""The corpora that lie beside the project, in ../shared; not part of it."""

import subprocess
import sys
from pathlib import Path

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


class Absent(Exception):
    """The folder with the corpora is not there: the benchmark cannot run, and says so."""


def generator(name: str) -> Path:
    """The path of a corpus generator, e.g. "mailgen.py"."""
    path = SHARED / "bench" / name
    if not path.exists():
        raise Absent(f"{path} is missing: this benchmark needs the corpora kept beside the project")
    return path


def generate(name: str, *arguments: str | Path):
    subprocess.run(
        [sys.executable, generator(name), *map(str, arguments)], check=True, stdout=subprocess.DEVNULL
    )
