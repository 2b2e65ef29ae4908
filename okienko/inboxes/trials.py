"""A check-up as its page shows it: a title for each step, and whether the mailbox may be connected."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okienko.inboxes.models import Checkup
from okienko.inboxes.source import Verdict

TITLES = {
    "imap_name": _("The server for receiving is found"),
    "imap_line": _("The line for receiving is encrypted"),
    "imap_login": _("Signing in to receive"),
    "imap_folders": _("The folders are readable"),
    "smtp_name": _("The server for sending is found"),
    "smtp_line": _("The line for sending is encrypted"),
    "smtp_login": _("Signing in to send"),
    "send": _("A trial letter goes out"),
    "arrive": _("The trial letter arrives"),
    "plus": _("Addresses with a +mark arrive"),
    "spf": _("SPF: who may send for your domain"),
    "dkim": _("DKIM: letters are signed"),
    "dmarc": _("DMARC: what others do with forgeries"),
}
RECEIVING = ("imap_name", "imap_line", "imap_login", "imap_folders")
SENDING = ("smtp_name", "smtp_line", "smtp_login", "send")
SLOW = {"arrive", "plus"}  # steps that may take a minute
LOOKS = {
    Verdict.OK: ("ok", "check", _("works")),
    Verdict.WARNING: ("warning", "info", _("should be mended")),
    Verdict.FAILED: ("failed", "alert", _("does not work")),
    Verdict.SKIPPED: ("skipped", "minus", _("not tried")),
}
AT_WORK = timedelta(minutes=5)  # after that nobody works on it any more
UNHEARD = timedelta(seconds=20)  # without a step: perhaps no process runs jobs


@dataclass(frozen=True)
class Line:
    """One step on the page. `look`: variant of the row."""

    name: str
    title: str
    look: str
    icon: str
    verdict: str
    words: str


@dataclass(frozen=True)
class Trial:
    """A check-up, read. `lines`: steps so far."""

    checkup: Checkup
    lines: list[Line]

    @property
    def is_running(self) -> bool:
        return self.checkup.finished_at is None and self._age < AT_WORK

    @property
    def is_broken_off(self) -> bool:
        return self.checkup.finished_at is None and not self.is_running

    @property
    def is_unheard(self) -> bool:
        return self.is_running and not self.lines and self._age > UNHEARD

    @property
    def _age(self) -> timedelta:
        return timezone.now() - self.checkup.created_at

    @property
    def next_title(self) -> str:
        """What is being tried now; "" when nothing is."""
        name = self._next
        return str(TITLES[name]) if name else ""

    @property
    def is_slow_now(self) -> bool:
        return self._next in SLOW

    @property
    def _next(self) -> str:
        known = {line.name for line in self.lines}
        left = [name for name in TITLES if name not in known]
        return left[0] if self.is_running and left else ""

    @property
    def receives(self) -> bool:
        return self._works(RECEIVING)

    @property
    def sends(self) -> bool:
        return self._works(SENDING)

    def _works(self, names: tuple[str, ...]) -> bool:
        good = {line.name for line in self.lines if line.look in {"ok", "warning"}}
        return self.checkup.finished_at is not None and good.issuperset(names)

    @property
    def to_mend(self) -> list[str]:
        """Titles of what does not work or should be mended."""
        return [line.title for line in self.lines if line.look in {"warning", "failed"}]


def trial_of(checkup: Checkup | None) -> Trial | None:
    return Trial(checkup, [_line(step) for step in checkup.steps]) if checkup else None


def _line(step: dict) -> Line:
    look, icon, verdict = LOOKS[Verdict(step["verdict"])]
    title = TITLES.get(step["name"], _("Trying out"))
    return Line(step["name"], str(title), look, icon, str(verdict), step["words"])
