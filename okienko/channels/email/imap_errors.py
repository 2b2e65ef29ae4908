"""What an IMAP server's no means, in the words of the person who looks after the mailbox."""

import imaplib
import re

from django.utils.translation import gettext as _

from okienko.channels.email import line_errors
from okienko.channels.email.imap_account import Account
from okienko.channels.email.imap_wire import HungUp
from okienko.inboxes.source import SourceError, Trouble
from okienko.lib.text import cut, one_line

MAX_WORDS = 300
HIDDEN = "•••"

_FULL = re.compile(r"\[OVERQUOTA\b|over ?quota|quota exceeded", re.IGNORECASE)
_BUSY = re.compile(
    r"\[(?:LIMIT|UNAVAILABLE|INUSE|THROTTLED)\b|too many \w*\s?(?:connections|sessions|logins|requests|attempts)"
    r"|(?:maximum number|number|limit) of (?:\w+ )?connections|connection limit|throttl|try again later|temporar",
    re.IGNORECASE,
)
_BROKEN_SERVER = re.compile(r"\[(?:SERVERBUG|CORRUPTION|CONTACTADMIN)\b", re.IGNORECASE)
_NO_MAILBOX = re.compile(r"authenticated but not connected", re.IGNORECASE)
_IMAP_OFF = re.compile(
    r"imap (?:access )?is (?:disabled|not enabled|switched off)|not enabled for imap|imap access (?:is )?denied"
    r"|imap (?:service|protocol) (?:is )?(?:disabled|not enabled)|(?:enable|allow) imap",
    re.IGNORECASE,
)
_APP_PASSWORD = re.compile(r"(?:application|app)[- ]specific password|\bapp password", re.IGNORECASE)
_BY_BROWSER = re.compile(r"web ?browser|WEBALERT|web login required", re.IGNORECASE)
_BASIC_AUTH = re.compile(r"basic ?auth(?:entication)?(?: is)? ?(?:blocked|disabled)", re.IGNORECASE)
# imaplib quotes the server in its own words: command error: BAD [b'…'], unexpected response: b'…'
_QUOTED = re.compile(r"\bb(['\"])(?P<words>.*)\1\]?$", re.DOTALL)


def said(words: bytes | str | None, secret: str = "") -> str:
    """The server's own words on one line, without our secret."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words or ""
    return cut(one_line(text.replace(secret, HIDDEN) if secret else text), MAX_WORDS)


def explained(error: Exception, account: Account) -> SourceError:
    """What broke off a command: a line, a silence, a BAD, an answer that is no IMAP."""
    if isinstance(error, imaplib.IMAP4.error) and isinstance(error.__context__, OSError):
        error = error.__context__  # imaplib's dress for a line that broke in sending
    if isinstance(error, HungUp):
        return hung_up(said(error.words, account.secret))
    if isinstance(error, OSError):
        return SourceError(*line_errors.explained(error, account.host, account.port))
    words = said(quoted(error), account.secret)
    if is_bad(error):
        return refused(words)
    return SourceError(Trouble.REFUSED, _("The mail server's answer cannot be understood: %s") % words)


def is_bad(error: Exception) -> bool:
    """The server finished the command with BAD, and both sides are still in step."""
    return isinstance(error, imaplib.IMAP4.error) and " BAD [" in str(error)


def quoted(error: Exception) -> str:
    """The server's words in an error of imaplib; its own where the server said nothing."""
    first = error.args[0] if error.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first or "")
    found = _QUOTED.search(text)
    return found["words"] if found else text


def hung_up(words: str) -> SourceError:
    if not words:
        return SourceError(Trouble.UNREACHABLE, _("The mail server ended the connection."))
    return _limited(words) or SourceError(
        Trouble.UNREACHABLE, _("The mail server ended the connection: %s") % words
    )


def refused(words: str) -> SourceError:
    """A NO or BAD to anything but signing in and looking into a folder."""
    return _limited(words) or SourceError(Trouble.REFUSED, _("The mail server said no: %s") % words)


def no_folder(words: str, folder: str) -> SourceError:
    if _BROKEN_SERVER.search(words):
        return refused(words)
    return _limited(words) or SourceError(
        Trouble.FOLDER,
        _("The mailbox has no folder “%(folder)s”, or does not open it: %(words)s")
        % {"folder": cut(one_line(folder), 100), "words": words},
    )


def login_refused(words: str, account: Account) -> SourceError:
    """A NO or BAD to a user name and password."""
    advice = _advice(words, account)
    if not advice and (found := _limited(words)):
        return found
    reason = _("The mail server refused the user name or password: %s") % words
    advice = advice or (
        _("Are the user name (often the whole address) and the password right?")
        + " "
        + _("Some providers want a separate password for programs.")
    )
    return SourceError(Trouble.LOGIN, f"{reason} {advice}")


def token_refused(words: str, detail: str) -> SourceError:
    """A NO or BAD to a provider's token. `detail`: the status its challenge gave, e.g. "400"."""
    if not detail and (found := _limited(words)):
        return found
    if _IMAP_OFF.search(words):
        return SourceError(Trouble.LOGIN, f"{_off()} ({words})")
    told = " ".join(part for part in (words, f"({detail})" if detail else "") if part)
    return SourceError(
        Trouble.CONSENT,
        _(
            "The provider no longer lets this installation into the mailbox; sign in with the provider again: %s"
        )
        % told,
    )


def _advice(words: str, account: Account) -> str:
    """What the person can do about it; "" where nothing more is known."""
    if _IMAP_OFF.search(words):
        return _off()
    if _BY_BROWSER.search(words):
        return _("Sign in to the mailbox with a browser first and confirm there that it was you.")
    if _BASIC_AUTH.search(words) or (account.is_microsofts and not _BUSY.search(words)):
        return _("Microsoft takes no passwords here any more: sign in with Microsoft instead.")
    if account.is_googles and not _BUSY.search(words):
        return _(
            "Google takes an app password here (from the settings of the Google account), not the usual one."
        )
    if _APP_PASSWORD.search(words):
        return _(
            "The provider wants an app password: make one in the settings of the account and enter it here."
        )
    return ""


def _off() -> str:
    return _("IMAP is switched off for this mailbox: switch it on in its settings at the provider.")


def _limited(words: str) -> SourceError | None:
    if _FULL.search(words):
        return SourceError(Trouble.BUSY, _("The mailbox is full: %s") % words)
    if _BUSY.search(words):
        return SourceError(Trouble.BUSY, _("The mail server is busy or has had enough for now: %s") % words)
    if _NO_MAILBOX.search(words):
        return SourceError(
            Trouble.LOGIN,
            _(
                "Microsoft let us in but opens no mailbox. Is IMAP allowed for it, and is it the one of the account "
                "that signed in? The server said: %s"
            )
            % words,
        )
    return None
