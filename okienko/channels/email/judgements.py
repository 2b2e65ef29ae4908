"""What a mail is, told by its headers: a chain of small judgements. Each may hold back an act, none drops a mail."""

import re
from dataclasses import dataclass

from okienko.channels.email.headers import Headers, value
from okienko.inboxes.channel import Automatic

_REPORTS = {"delivery-status", "feedback-report"}
_DAEMON = re.compile(
    r"^(?:mailer-daemon|postmaster|mail[.-]?delivery|mdaemon|mailadmin)(?:[+@.]|$)", re.IGNORECASE
)
_FAILURE = re.compile(
    r"undeliver|not delivered|deliver(?:y|ed)? (?:status|fail|report|problem|notification|delay|has)"
    r"|returned (?:mail|to sender)|return(?:ed)? to sender|failure notice|mail (?:system )?(?:delivery|error|failure)"
    r"|mail failed|delayed mail|returning to sender|could ?n.t be delivered|failed mail|message (?:delayed|not sent)|non.?delivery|mail could not"
    r"|niedostarczon|nie (?:została? )?dostarczon|zwrot poczty|błąd dostarcz"
    r"|unzustellbar|nicht zugestellt|non remis|no se puede entregar|mancata consegna|mail rejected|user unknown",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"^\W*(?:auto(?:matic|mated)?[ -]?(?:reply|response|answer)|auto:|out of (?:the )?office|ooo\b|vacation|away from"
    r"|odpowied[źz] automatyczna|autoodpowied[źz]|automatyczna odpowied[źz]|nieobecno|urlop\b|poza biurem"
    r"|abwesen|automatische (?:antwort|abwesenheit)|autoantwort|réponse automatique|absence"
    r"|respuesta automática|risposta automatica|fuori sede|automatick|automatisch antwoord|autosvar)",
    re.IGNORECASE,
)
_AUTOREPLY_HEADERS = (
    "x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply",
    "x-vacation", "x-auto-reply-from",
)  # fmt: skip
_PRECEDENCE_REPLY = {"auto_reply", "auto-reply", "autoreply"}
_PRECEDENCE_BULK = {"bulk", "list", "junk"}
_FORWARD = re.compile(
    r"^\s*(?:(?:re|odp|aw|sv|antw|ref|res)\s*(?:\[\d+\])?:\s*)*"
    r"(?:fwd?|pd|wg|tr|rv|rif|enc|doorst|vs|vb|i|přeposláno|przek(?:az|aż)(?:ane|anie)?|przesłane dalej)\s*"
    r"(?:\[\d+\]|\(\d+\))?\s*[:.]",
    re.IGNORECASE,
)
_NO = re.compile(r"^no\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the judgements look at."""

    headers: Headers
    sender: str
    subject: str
    content_type: str
    report_type: str = ""


def automatic(evidence: Evidence) -> Automatic:
    """The first judgement that holds; NO where none does: a person wrote."""
    return next((word for word, judge in CHAIN if judge(evidence)), Automatic.NO)


def is_bounce(evidence: Evidence) -> bool:
    """A mail server on a mail of ours.

    multipart/report about delivery or abuse (RFC 3464, 5965), X-Failed-Recipients, a mailer-daemon; or a
    postmaster, nobody, or an empty Return-Path together with a subject that says so.
    """
    if evidence.content_type == "multipart/report" and evidence.report_type in _REPORTS:
        return True
    if "x-failed-recipients" in evidence.headers:
        return True
    if evidence.sender.startswith("mailer-daemon@"):
        return True
    is_daemon = bool(_DAEMON.match(evidence.sender)) or not evidence.sender
    if is_daemon or _has_null_return_path(evidence):
        return bool(_FAILURE.search(evidence.subject)) or (is_daemon and _is_auto_submitted(evidence))
    return False


def is_auto_reply(evidence: Evidence) -> bool:
    """Out of office, vacation, read receipt, "we got your mail".

    Auto-Submitted: auto-replied (RFC 3834), Precedence: auto_reply, the headers of vacation programs;
    or a subject that says so with any further sign. X-Auto-Response-Suppress is such a further sign and
    no more: Outlook sends it on people's own letters.
    """
    headers = evidence.headers
    if value(headers, "auto-submitted").lower().startswith("auto-replied"):
        return True
    if any(name in headers and not _NO.match(value(headers, name)) for name in _AUTOREPLY_HEADERS):
        return True
    if _precedence(evidence) in _PRECEDENCE_REPLY or evidence.report_type == "disposition-notification":
        return True
    if not _ABSENT.match(evidence.subject):
        return False
    return (
        "x-auto-response-suppress" in headers
        or _is_auto_submitted(evidence)
        or _has_null_return_path(evidence)
        or bool(_precedence(evidence))
    )


def is_mailing_list(evidence: Evidence) -> bool:
    """Newsletters and lists: List-Id (RFC 2919), List-Post, or Precedence: bulk / List-Unsubscribe together.

    List-Unsubscribe alone is no proof: shops put it on confirmations of single orders.
    """
    headers = evidence.headers
    if "list-id" in headers or "list-post" in headers or _precedence(evidence) == "list":
        return True
    return "list-unsubscribe" in headers and _precedence(evidence) in _PRECEDENCE_BULK


def is_generated(evidence: Evidence) -> bool:
    """A robot that tells something new: Auto-Submitted other than "no" (RFC 3834, 5436), bulk Precedence.

    A no-reply address is no sign: contact forms use it and carry a person's words.
    """
    return _is_auto_submitted(evidence) or _precedence(evidence) in _PRECEDENCE_BULK


def is_forward(subject: str) -> bool:
    """The subject says that the writer passes on somebody else's letter: Fwd: FW: PD: WG: TR: RV: Przekaż: …"""
    return bool(_FORWARD.match(subject))


CHAIN = (
    (Automatic.BOUNCE, is_bounce),
    (Automatic.REPLY, is_auto_reply),
    (Automatic.LIST, is_mailing_list),
    (Automatic.GENERATED, is_generated),
)


def _precedence(evidence: Evidence) -> str:
    for name in ("precedence", "x-precedence"):
        if word := value(evidence.headers, name).lower():
            return word
    return ""


def _is_auto_submitted(evidence: Evidence) -> bool:
    word = value(evidence.headers, "auto-submitted")
    return bool(word) and not _NO.match(word)


def _has_null_return_path(evidence: Evidence) -> bool:
    return value(evidence.headers, "return-path").replace(" ", "") == "<>"
