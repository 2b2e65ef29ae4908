"""A mailbox tried out, step after step: its servers, a letter to itself, and what DNS says of its domain."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from okienko.channels.email import trial_sending, trial_servers
from okienko.channels.email.dns_records import examine_domain
from okienko.channels.email.trial import Look, Outcome, Trial, begun
from okienko.channels.email.trial_letters import CHECK_HEADER
from okienko.inboxes.channel import ChannelError
from okienko.inboxes.source import SourceError, Step, Verdict
from okienko.lib.http import refuse_inside_transaction

__all__ = ["CHECK_HEADER", "examine"]


@dataclass(frozen=True)
class Planned:
    """`needs`: steps without which this one makes no sense. `reads`: it looks into the mailbox by IMAP."""

    name: str
    look: Look
    needs: tuple[str, ...] = ()
    reads: bool = False


PLAN = (
    Planned("imap_name", trial_servers.imap_name),
    Planned("imap_line", trial_servers.imap_line, ("imap_name",), reads=True),
    Planned("imap_login", trial_servers.imap_login, ("imap_line",), reads=True),
    Planned("imap_folders", trial_servers.imap_folders, ("imap_login",), reads=True),
    Planned("smtp_name", trial_servers.smtp_name),
    Planned("smtp_line", trial_servers.smtp_line, ("smtp_name",)),
    Planned("smtp_login", trial_servers.smtp_login, ("smtp_line",)),
    Planned("send", trial_sending.send, ("smtp_login",)),
    Planned("arrive", trial_sending.arrive, ("imap_folders", "send"), reads=True),
    Planned("plus", trial_sending.plus, ("arrive",), reads=True),
)


def examine(config: dict, *, address: str, token: str) -> Iterator[Step]:
    """The steps of PLAN, then "spf", "dkim" and "dmarc", each as soon as it is known. Three minutes at most.

    `config`: as `smtp.send` and `imap.open_mailbox` want it. RuntimeError inside a database transaction.
    """
    refuse_inside_transaction()
    trial = begun(config, address=address, token=token)
    verdicts: dict[str, Verdict] = {}
    try:
        for planned in PLAN:
            outcome = _tried(planned, trial, verdicts)
            verdicts[planned.name] = outcome.verdict
            yield Step(planned.name, outcome.verdict, outcome.words, outcome.facts)
        yield from _of_the_domain(trial)
    finally:
        trial.close()


def _tried(planned: Planned, trial: Trial, verdicts: dict[str, Verdict]) -> Outcome:
    if planned.reads and not trial.config.get("imap_host"):
        return Outcome(Verdict.SKIPPED, _("Not tried, because no IMAP server is set."))
    if any(verdicts[name] in {Verdict.FAILED, Verdict.SKIPPED} for name in planned.needs):
        return Outcome(Verdict.SKIPPED, _("Not tried, because an earlier step did not work."))
    if trial.left <= 0:
        return Outcome(Verdict.SKIPPED, _too_long())
    try:
        return planned.look(trial)
    except (SourceError, ChannelError) as error:
        return Outcome(Verdict.FAILED, error.reason)


def _of_the_domain(trial: Trial) -> Iterator[Step]:
    if trial.left <= 0:
        yield from (Step(name, Verdict.SKIPPED, _too_long()) for name in ("spf", "dkim", "dmarc"))
        return
    found = trial.letters.found if trial.letters else ()
    selectors = [selector for letter in found for selector in letter.selectors]
    yield from examine_domain(
        trial.domain, smtp_host=str(trial.config.get("host") or ""), selectors=selectors
    )


def _too_long() -> str:
    return _("Not tried, because the steps before took too long. Try again later.")
