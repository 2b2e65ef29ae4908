"""Installations with a year of history, for benchmarks that look at pages."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import corpora
from bench.cluster import bound_to_us
from bench.processes import ROOT, Installation, installation


@dataclass(frozen=True)
class House:
    """`session`: of an agent shut out of three closed teams of five; the numbers are of what they may see."""

    installation: Installation
    session: str
    conversations: list[int]
    long: list[int]  # conversations of twenty messages
    sessions: list[str]  # of all agents in turn


def corpus(folder: Path, tickets: int, *, polish: bool = False) -> Path:
    """`folder` with what bulkgen.py writes: tickets.tsv and messages.tsv."""
    corpora.generate("bulkgen.py", folder, tickets, *(["--lang", "pl"] if polish else []))
    return folder


def house(
    data: Path,
    written: Path,
    *,
    database_url: str = "",
    smtp_port: int = 1,
    search: bool = True,
    sessions: int = 0,
) -> House:
    """A fresh installation in `data` that holds the corpus lying in `written`."""
    made = installation(data, database_url, OKIENKO_LOG_LEVEL="ERROR")
    options = ["--smtp-port", smtp_port, "--sessions", sessions, *(["--search"] if search else [])]
    told = program(made, "bench.loader", written, *options)
    return House(made, told["session"], told["conversations"], told["long"], told["sessions"])


def program(where: Installation, module: str, *words) -> dict:
    """Run a module of ours in the environment of an installation; the JSON it prints. RuntimeError with its words."""
    command = [*bound_to_us(), sys.executable, "-m", module, *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=where.environment, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module}: {done.stderr.decode()[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])
