"""Trying out a mailbox's two servers: the name, the line, signing in. SourceError and ChannelError: it failed."""

import ipaddress
import ssl

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okienko.channels.email import imap, line_errors, provider_advice, providers, smtp
from okienko.channels.email.imap_account import account_of
from okienko.channels.email.smtp_route import route_of
from okienko.channels.email.trial import Outcome, Trial
from okienko.channels.email.trial_letters import Trials
from okienko.inboxes.channel import ServerTrouble
from okienko.inboxes.source import FolderName, FolderState, Purpose, SourceError, Trouble, Verdict
from okienko.lib import net

WATCHED = (Purpose.INBOX, Purpose.JUNK, Purpose.SENT)
# The line stands and was understood: what went wrong went wrong in signing in.
_AFTER_THE_LINE = frozenset({Trouble.LOGIN, Trouble.CONSENT, Trouble.REFUSED, Trouble.BUSY})


def imap_name(trial: Trial) -> Outcome:
    if not trial.config.get("imap_host"):
        return Outcome(
            Verdict.SKIPPED,
            _("No IMAP server is set: letters come in through this installation's own door (LMTP)."),
        )
    account = account_of(trial.config)
    addresses = _addresses(account.host, account.port)
    trial.is_private = all(ipaddress.ip_address(one.partition("%")[0]).is_private for one in addresses)
    return _known(account.host, addresses)


def imap_line(trial: Trial) -> Outcome:
    """Signs in as well, over the same connection; how that went is told by the next step."""
    account = account_of(trial.config)
    try:
        trial.source = imap.open_mailbox(trial.config)
    except SourceError as error:
        if error.trouble not in _AFTER_THE_LINE:
            raise
        trial.refusal = error
    return _connected(account.place, is_encrypted=account.security != "none", is_private=trial.is_private)


def imap_login(trial: Trial) -> Outcome:
    if trial.refusal:
        words = _advised(trial.refusal.reason, trial.refusal.trouble, account_of(trial.config).host)
        return Outcome(Verdict.FAILED, words)
    return Outcome(Verdict.OK, _("The IMAP server has let us in."))


def imap_folders(trial: Trial) -> Outcome:
    found = {folder.purpose: folder for folder in reversed(trial.source.folders())}
    if Purpose.INBOX not in found:
        found[Purpose.INBOX] = FolderName("INBOX", Purpose.INBOX)  # every mailbox has it, listed or not
    states = {purpose: _state(trial, found[purpose]) for purpose in WATCHED if purpose in found}
    found = {purpose: found[purpose] for purpose, state in states.items() if state}
    trial.letters = Trials(trial.source, trial.config, address=trial.address, token=trial.token)
    trial.letters.begin(list(found.values()))
    facts = [(purpose.value, folder.name) for purpose, folder in found.items() if purpose != Purpose.INBOX]
    words = [_counted(states[purpose]) for purpose in found]
    for purpose, missing in (
        (Purpose.JUNK, _("No folder for junk was found.")),
        (Purpose.SENT, _("No folder for sent letters was found.")),
    ):
        words += [] if purpose in found else [missing]
    return Outcome(Verdict.OK, " ".join(words), tuple(facts))


def smtp_name(trial: Trial) -> Outcome:
    route = route_of(trial.config)
    return _known(route.host, _addresses(route.host, route.port))


def smtp_line(trial: Trial) -> Outcome:
    route = route_of(trial.config)
    trial.line = smtp.opened(trial.config)
    is_encrypted = isinstance(trial.line.sock, ssl.SSLSocket)
    return _connected(route.place, is_encrypted=is_encrypted, is_private=trial.line.is_private)


def smtp_login(trial: Trial) -> Outcome:
    try:
        smtp.logged_in(trial.line, trial.config)
    except ServerTrouble as error:
        return Outcome(Verdict.FAILED, _advised(error.reason, error.trouble, route_of(trial.config).host))
    size = trial.line.size_limit
    words = (
        _("The SMTP server has let us in.")
        if trial.config.get("username")
        else _("The SMTP server asks for no user name.")
    )
    if size:
        words += " " + _("It takes letters of up to %d MB.") % (size // 1_000_000)
    trial.line.leave()
    trial.line = None
    return Outcome(Verdict.OK, words, (("size", str(size)),) if size else ())


def _advised(reason: str, trouble: Trouble, host: str) -> str:
    """A refusal, and what the provider wants of those who come with a program."""
    provider = providers.of_server(host)
    # Of Google's and Microsoft's own ways the refusal itself tells.
    if trouble != Trouble.LOGIN or provider is None or provider.oauth:
        return reason
    return f"{reason} {provider_advice.advice(provider.name)}".rstrip()


def _addresses(host: str, port: int) -> list[str]:
    """SourceError NAME when it leads nowhere."""
    try:
        found = net.resolved(host, port, public_only=settings.MAIL_NETWORKS == "public")
    except OSError as error:
        raise SourceError(*line_errors.explained(error, host, port)) from None
    return [str(address[0]) for address in found]


def _known(host: str, addresses: list[str]) -> Outcome:
    return Outcome(
        Verdict.OK,
        _("The server %(host)s was found (%(address)s).") % {"host": host, "address": addresses[0]},
    )


def _connected(place: str, *, is_encrypted: bool, is_private: bool) -> Outcome:
    if is_encrypted:
        return Outcome(
            Verdict.OK, _("The connection to %s stands and is encrypted; its certificate is right.") % place
        )
    if is_private:
        words = _("The connection to %s stands. It is not encrypted, but stays within your own network.")
        return Outcome(Verdict.OK, words % place)
    words = _(
        "The connection to %s stands, but is not encrypted: passwords and letters can be read on their way. "
        "Choose TLS or STARTTLS."
    )
    return Outcome(Verdict.WARNING, words % place)


def _state(trial: Trial, folder: FolderName) -> FolderState | None:
    """None for a folder that is listed and cannot be opened; without an inbox there is no mailbox."""
    try:
        return trial.source.select(folder.name)
    except SourceError as error:
        if error.trouble != Trouble.FOLDER or folder.purpose == Purpose.INBOX:
            raise
        return None


def _counted(state: FolderState) -> str:
    return ngettext(
        "Folder “%(folder)s”: %(count)d letter.", "Folder “%(folder)s”: %(count)d letters.", state.count
    ) % {"folder": state.name, "count": state.count}
