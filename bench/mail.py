"""How fast letters become conversations: stored, parsed, threaded, indexed, every reaction run.

One process, as `okienko serve` is: a thread takes letters in as a mail server would hand them over,
the job thread works. The clock stops when the queue is empty.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import cluster, corpora
from bench.figures import Figure
from bench.processes import ROOT

MAILS, QUICK = 2000, 500


def run(quick: bool) -> Iterator[Figure]:
    count = QUICK if quick else MAILS
    with tempfile.TemporaryDirectory(prefix="okienko-mail-") as scratch:
        corpus = Path(scratch) / "corpus"
        corpora.generate("mailgen.py", corpus, "--n", count)
        result = ingest(corpus, Path(scratch) / "sqlite", "")
        # The expected numbers are those of the whole corpus.
        yield Figure(
            "mail.ingest.conversations", result["conversations"], "conversations", "" if quick else "== 1124"
        )
        yield Figure("mail.ingest.replies_joined", result["joined"], "mails", "" if quick else "== 876")
        yield Figure("mail.ingest.sqlite.per_s", result["per_s"], "mails/s", ">= 150")
        yield Figure("mail.ingest.bare_parsing.per_s", result["bare_parsing_per_s"], "mails/s")
        if cluster.available():
            with cluster.postgresql(durable=True) as server:
                result = ingest(corpus, Path(scratch) / "postgresql", server.database("mail"))
            yield Figure("mail.ingest.postgresql.per_s", result["per_s"], "mails/s", ">= 120")


def ingest(corpus: Path, data: Path, database_url: str) -> dict:
    """Run one ingest in a process of its own; its figures."""
    data.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OKIENKO_")}
    environment |= {"OKIENKO_DATA": str(data), "OKIENKO_DATABASE_URL": database_url}
    done = subprocess.run(
        [sys.executable, "-m", "bench.ingest", str(corpus)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode()[-3000:])
    return json.loads(done.stdout.splitlines()[-1])
