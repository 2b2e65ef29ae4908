"""The audit log as a file for spreadsheets: read in steps, so that a long one costs the database no long question."""

import csv
import io
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from okienko.accounts import audit

MOST = 100_000  # rows of one file
STEP = 1000
BOM = "\ufeff"  # spreadsheets take the letters for what they are
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def lines(rows: QuerySet) -> Iterator[bytes]:
    """Pieces of the file, the newest entry first. Semicolons, as Polish spreadsheets expect."""
    yield piece([[_("Number"), _("Time"), _("Who"), _("Sort"), _("What"), _("Details")]], head=BOM)
    last = None
    while found := list(rows.filter(pk__lt=last)[:STEP] if last else rows[:STEP]):
        last = found[-1].pk
        yield piece([cells(entry) for entry in audit.entries(found)])


def cells(entry: audit.Entry) -> list[str]:
    at = timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds")
    details = "; ".join(entry.details)
    return [str(entry.id), at, entry.who or "Okienko", entry.kind, entry.words, details]


def piece(rows: list[list[str]], head: str = "") -> bytes:
    text = io.StringIO()
    text.write(head)
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([map(harmless, row) for row in rows])
    return text.getvalue().encode()


def harmless(cell: str) -> str:
    """A spreadsheet must not take somebody's name for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULAS) else cell
