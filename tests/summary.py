"""The end of bin/test: what did not run, and one line of totals.

python -m tests.summary DIRECTORY [--failed RUN]… [--missing WHAT]… [--left-out MARK]…
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

NEEDED = {"PostgreSQL": "every test on PostgreSQL: needs PostgreSQL (apt-get install postgresql)"}


def counted(report: Path) -> tuple[Counter, Counter]:
    """Results of one run: how many passed, failed, skipped; and the reasons of the skipped."""
    totals, reasons = Counter(), Counter()
    for case in ET.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            totals["failed"] += 1
        elif skipped is None:
            totals["passed"] += 1
        else:
            totals["skipped"] += 1
            reasons[skipped.get("message") or "no reason given"] += 1
    return totals, reasons


def not_run(reasons: Counter, missing: list[str]) -> list[str]:
    return [NEEDED.get(what, what) for what in missing] + [
        f"{number} × {reason}" for reason, number in sorted(reasons.items())
    ]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    for name in ("--failed", "--missing", "--left-out"):
        parser.add_argument(name, action="append", default=[])
    given = parser.parse_args(words)

    totals, reasons = Counter(failed=0, passed=0, skipped=0), Counter()
    for report in sorted(given.directory.glob("*.xml")):
        some, why = counted(report)
        totals += some
        reasons += why

    print()
    for mark in given.left_out:
        print(f"Left out: tests marked {mark} (bin/test --all runs them)")
    if lines := not_run(reasons, given.missing):
        print("NOT RUN:", *lines, sep="\n  ")
    if given.failed:
        print("FAILED:", *given.failed, sep="\n  ")
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    return 1 if given.failed or totals["failed"] or not totals["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
