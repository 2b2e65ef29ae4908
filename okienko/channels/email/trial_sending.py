"""Trying out a mailbox by writing to itself: does the letter go out, does it arrive, do replies find their place?"""

import time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okienko.channels.email import smtp
from okienko.channels.email.domain_names import Names, Unanswered, in_ascii
from okienko.channels.email.trial import Outcome, Trial
from okienko.channels.email.trial_letters import Found, trial_letter
from okienko.inboxes.channel import ChannelError
from okienko.inboxes.source import Purpose, Verdict

ARRIVAL, PLUS_ARRIVAL = 60.0, 20.0  # seconds a letter may take
AGAIN = 1.0  # seconds between two looks
ROUTE = 5.0  # seconds for finding out where letters for the domain go
PLUS = "+okienko"
ITSELF, BY_PLUS = "itself", "plus"  # the letters of one trial


def send(trial: Trial) -> Outcome:
    """ChannelError when the letter does not go out."""
    _send(trial, trial.address, ITSELF)
    return Outcome(Verdict.OK, _("A trial letter from this mailbox to itself has gone out."))


def arrive(trial: Trial) -> Outcome:
    begun = time.monotonic()
    found = _awaited(trial, ITSELF, ARRIVAL)
    if not found:
        words = ngettext(
            "The trial letter did not arrive within %d second.",
            "The trial letter did not arrive within %d seconds.",
            round(time.monotonic() - begun),
        ) % round(time.monotonic() - begun)
        return Outcome(Verdict.FAILED, f"{words} {_route(trial.domain)}".rstrip())
    rest = _removed(trial)
    if found.purpose == Purpose.JUNK:
        words = _(
            "The trial letter was taken for junk: it lay in the folder “%s”. The steps about SPF, DKIM and DMARC "
            "show what may be missing."
        )
        return Outcome(Verdict.WARNING, f"{words % found.folder} {rest}")
    seconds = max(1, round(time.monotonic() - begun))
    words = ngettext(
        "The trial letter arrived after %d second.", "The trial letter arrived after %d seconds.", seconds
    )
    return Outcome(Verdict.OK, f"{words % seconds} {rest}")


def plus(trial: Trial) -> Outcome:
    """Well in any case: where there is no plus-addressing, replies are told apart otherwise."""
    local, _at, domain = trial.address.rpartition("@")
    try:
        _send(trial, f"{local}{PLUS}@{domain}", BY_PLUS)
        found = _awaited(trial, BY_PLUS, PLUS_ARRIVAL)
    except ChannelError:
        found = None
    if not found:
        words = _(
            "Letters to %s do not arrive. Nothing needs to be done: replies are recognised by the headers of the "
            "letters."
        )
        return Outcome(Verdict.OK, words % f"{local}{PLUS}@{domain}", (("plus", "no"),))
    rest = _removed(trial)
    words = _("Letters to %s arrive too: replies are recognised by the address they are sent to.")
    return Outcome(Verdict.OK, f"{words % f'{local}{PLUS}@{domain}'} {rest}", (("plus", "yes"),))


def _send(trial: Trial, to: str, kind: str):
    try:
        letter = trial_letter(address=trial.address, to=to, token=trial.token, kind=kind)
    except ValueError:
        raise ChannelError(_("An address of this message is not a valid e-mail address.")) from None
    smtp.send(trial.config, letter, sender=trial.address, recipients=[to])


def _awaited(trial: Trial, kind: str, seconds: float) -> Found | None:
    until = time.monotonic() + min(seconds, max(trial.left, 0))
    while True:
        trial.letters.look()
        found = trial.letters.arrived(kind)
        if found or time.monotonic() > until:
            return found
        time.sleep(AGAIN)


def _removed(trial: Trial) -> str:
    if trial.letters.remove():
        return _("It has been removed again.")
    return _(
        "It still lies there, because the server does not let single letters be removed: you may delete it."
    )


def _route(domain: str) -> str:
    """Where letters for the domain go, for one that did not arrive; "" where that cannot be told."""
    try:
        hosts = Names(ROUTE).mail_servers(in_ascii(domain))
    except (ValueError, Unanswered):
        return ""
    if not hosts:
        return _("The domain %s has no MX record, so that no server takes letters for it.") % domain
    return _("Letters to %(domain)s go to %(server)s: is this mailbox there?") % {
        "domain": domain,
        "server": hosts[0],
    }
