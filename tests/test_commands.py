"""bin/ does what it says, from anywhere, and the summary of bin/test hides nothing."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from bench import cluster
from bench.figures import Figure, quantile
from bench.processes import PATIENCE, free_port
from tests import summary
from tests.architecture.tree import ROOT

COMMANDS = sorted(path for path in (ROOT / "bin").iterdir() if path.is_file())


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("OKIENKO_", "DJANGO_"))}


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.name)
def test_commands_are_plain_shell(path):
    assert path.read_text().startswith("#!/bin/sh\n")
    assert os.access(path, os.X_OK)
    assert subprocess.run(["sh", "-n", path], check=False, capture_output=True).stderr == b""


def test_the_commands_are_these():
    assert [path.name for path in COMMANDS] == ["bench", "ci", "demo", "okienko", "serve", "setup", "test"]


def test_ci_runs_bin_ci_and_nothing_else():
    assert [line for line in (ROOT / ".ci/run").read_text().splitlines() if not line.startswith("#")] == [
        'exec "$(dirname "$0")/../bin/ci"'
    ]


@pytest.mark.servers
def test_setup_says_and_does_nothing_the_second_time():
    subprocess.run([ROOT / "bin/setup"], check=True, env=clean_environment(), capture_output=True)
    begin = time.monotonic()
    again = subprocess.run([ROOT / "bin/setup"], check=True, env=clean_environment(), capture_output=True)
    assert (again.stdout, again.stderr, time.monotonic() - begin < 5) == (b"", b"", True)


@pytest.mark.servers
def test_any_command_of_the_product_runs_from_anywhere(tmp_path):
    environment = clean_environment() | {"OKIENKO_DATA": str(tmp_path / "data")}
    command = [ROOT / "bin/okienko", "check"]
    answer = subprocess.run(
        command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert answer.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.servers
def test_serve_refuses_a_database_that_is_not_migrated(tmp_path):
    environment = clean_environment() | {"OKIENKO_DATA": str(tmp_path / "data")}
    answer = subprocess.run(
        [ROOT / "bin/serve"], env=environment, check=False, capture_output=True, text=True
    )
    assert (answer.returncode, answer.stderr.strip().endswith("Run: okienko migrate")) == (1, True)


@pytest.mark.servers
def test_demo_opens_prints_its_logins_and_ends_on_sigterm(tmp_path):
    port = free_port()
    output = tmp_path / "said"
    with output.open("wb") as said:
        demo = subprocess.Popen(
            [ROOT / "bin/demo", "--port", str(port), "--data", tmp_path / "demo"],
            cwd=tmp_path,
            env=clean_environment(),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(output, "Ctrl-C closes it", demo)
        text = output.read_text()
        assert re.findall(r"^Okienko is open: +(\S+)$", text, re.MULTILINE) == [f"http://localhost:{port}/"]
        assert re.findall(r"anna@\S+", text) != []
        assert (
            httpx.get(f"http://127.0.0.1:{port}/", follow_redirects=True, trust_env=False).status_code == 200
        )
    finally:
        demo.send_signal(signal.SIGTERM)
        code = demo.wait(PATIENCE)
    assert code in {0, -signal.SIGTERM}


def wait_for(output: Path, words: str, process: subprocess.Popen):
    deadline = time.monotonic() + 5 * PATIENCE  # the demo makes two months of letters first
    while words not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)


def test_demo_refuses_a_port_in_use_and_a_wrong_option():
    wrong = subprocess.run([ROOT / "bin/demo", "--prot", "1"], check=False, capture_output=True, text=True)
    assert (wrong.returncode, wrong.stderr) == (2, "usage: bin/demo [--port N] [--data DIR] [--quiet]\n")


needs_postgresql = pytest.mark.skipif(
    not cluster.available(), reason="commands: needs PostgreSQL (apt-get install postgresql)"
)


@pytest.mark.servers
@needs_postgresql
def test_a_throw_away_postgresql_leaves_nothing_behind():
    with cluster.postgresql() as server:
        with psycopg.connect(server.database("desk")) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("desk",)
        assert server.directory.exists()
    assert (server.process.poll(), server.directory.exists()) == (0, False)


@pytest.mark.servers
@needs_postgresql
def test_postgresql_ends_with_whoever_started_it():
    command = [
        sys.executable,
        "-m",
        "bench.cluster",
        "--",
        "sh",
        "-c",
        "echo $OKIENKO_DATABASE_URL; exec sleep 60",
    ]
    environment = os.environ | {"TMPDIR": tempfile.gettempdir()}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        folder = Path(process.stdout.readline().strip().partition("host=")[2])
        server = Path("/proc", (folder / "data/postmaster.pid").read_text().split()[0])
        assert server.exists()
        process.kill()
    deadline = time.monotonic() + PATIENCE
    while server.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server.exists()
    shutil.rmtree(folder, ignore_errors=True)


RESULT = """<testsuites><testsuite name="x">
<testcase name="a"/>
<testcase name="b"><failure message="no">no</failure></testcase>
<testcase name="c"><error message="no">no</error></testcase>
<testcase name="d"><skipped message="journeys: needs Chromium">x</skipped></testcase>
<testcase name="e"><skipped message="journeys: needs Chromium">x</skipped></testcase>
</testsuite></testsuites>"""


def test_the_summary_says_loudly_what_did_not_run(tmp_path, capsys):
    Path(tmp_path, "sqlite.xml").write_text(RESULT)
    words = [str(tmp_path), "--failed", "sqlite", "--missing", "PostgreSQL", "--left-out", "long"]
    assert summary.main(words) == 1
    assert capsys.readouterr().out == (
        "\nLeft out: tests marked long (bin/test --all runs them)\n"
        "NOT RUN:\n"
        "  every test on PostgreSQL: needs PostgreSQL (apt-get install postgresql)\n"
        "  2 × journeys: needs Chromium\n"
        "FAILED:\n"
        "  sqlite\n"
        "1 passed, 2 failed, 2 skipped\n"
    )


def test_a_summary_of_nothing_is_a_failure(tmp_path, capsys):
    assert summary.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == "\n0 passed, 0 failed, 0 skipped\n"


def test_a_good_run_is_short(tmp_path, capsys):
    Path(tmp_path, "sqlite.xml").write_text(
        '<testsuites><testsuite><testcase name="a"/></testsuite></testsuites>'
    )
    assert summary.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == "\n1 passed, 0 failed, 0 skipped\n"


@pytest.mark.parametrize(
    ("value", "asked", "ok"),
    [
        (150, ">= 150", True),
        (149.9, ">= 150", False),
        (20.1, "<= 20", False),
        (1124, "== 1,124", True),
        (1.29, "<1.3", True),
        (5, "> 5", False),
        (5, "", None),
    ],
)
def test_a_figure_knows_whether_it_is_good_enough(value, asked, ok):
    assert Figure("a.b", value, "x", asked).ok is ok


def test_a_figure_is_one_line_of_json():
    assert Figure("mail.ingest.per_s", 163.24, "mails/s", ">= 150").line() == (
        '{"figure": "mail.ingest.per_s", "value": 163.2, "unit": "mails/s", "asked": ">= 150", "ok": true}'
    )


def test_a_figure_refuses_what_it_cannot_read():
    with pytest.raises(ValueError, match="asked must read like"):
        _ = Figure("a.b", 1, "x", "about 3").ok


def test_quantiles_are_values_that_were_measured():
    values = [float(number) for number in range(1, 101)]
    assert [quantile(values, share) for share in (0.5, 0.99, 1.0)] == [50.0, 99.0, 100.0]
    assert quantile([7.0], 0.99) == 7.0


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="commands: shellcheck is not installed")
def test_shellcheck_has_no_complaint():
    checked = subprocess.run(["shellcheck", *COMMANDS], check=False, capture_output=True, text=True)
    assert checked.stdout == ""
