"""One mail handed to the server that sends for us, once. What went wrong is told in words for the agent."""

import contextlib
import smtplib
import ssl
from collections.abc import Sequence

from django.utils.translation import gettext as _

from okienko.channels.email.outgoing_headers import address
from okienko.inboxes.channel import ChannelError, Refusal, Sent
from okienko.lib.http import refuse_inside_transaction
from okienko.lib.text import cut, one_line

PORTS = {"none": 25, "starttls": 587, "tls": 465}
TIMEOUT = 30
GOODBYE_TIMEOUT = 5
MAX_WORDS = 300
ACCEPTED, FORWARDED = 250, 251


def send(config: dict, payload: bytes, *, sender: str, recipients: Sequence[str]) -> Sent:
    """Sent when the server took the mail for at least one recipient; the others stand in `refused`.

    `config`: host, port, security ("none" "starttls" "tls"), username, password, timeout, ehlo.
    ChannelError otherwise; permanent only when the server's answer was final. RuntimeError inside a
    database transaction.
    """
    refuse_inside_transaction()
    if not recipients:
        raise ChannelError(_("The message names nobody to send it to."), permanent=True)
    sender, recipients = _in_ascii_domains(sender, recipients)
    server = _connected(config, sender)
    try:
        return _handed_over(server, payload, sender, recipients)
    except (OSError, smtplib.SMTPException) as error:
        server.close()
        raise ChannelError(
            _("The connection to the mail server broke while sending: %s") % _words_of(error)
        ) from None
    finally:
        _leave(server)


def _in_ascii_domains(sender: str, recipients: Sequence[str]) -> tuple[str, list[str]]:
    try:
        return address(sender) if sender else "", [address(one) for one in recipients]
    except ValueError:
        raise ChannelError(
            _("An address of this message is not a valid e-mail address."), permanent=True
        ) from None


def _connected(config: dict, sender: str) -> smtplib.SMTP:
    """A server that has greeted us, over TLS where the inbox says so, and knows us where it has a password."""
    security = config.get("security") or "none"
    if security not in PORTS:
        raise ChannelError(
            _("The inbox's kind of encryption is unknown: %s") % cut(one_line(str(security)), 40)
        )
    server = _opened(config, security, config.get("ehlo") or sender.rpartition("@")[2] or "localhost")
    try:
        if security == "starttls":
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if config.get("username"):
            server.login(config["username"], config.get("password") or "")
    except Exception as error:  # noqa: BLE001 sorted out, and a stranger raised again, below
        server.close()
        raise _greeting_failed(error) from None
    return server


def _opened(config: dict, security: str, ehlo: str) -> smtplib.SMTP:
    host = config.get("host") or ""
    if not host:
        raise ChannelError(_("The inbox has no mail server to send by."))
    try:
        port = int(config.get("port") or PORTS[security])
        timeout = float(config.get("timeout") or TIMEOUT)
        if security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, local_hostname=ehlo, timeout=timeout, context=context)
        return smtplib.SMTP(host, port, local_hostname=ehlo, timeout=timeout)
    except ssl.SSLError as error:
        raise ChannelError(
            _("The mail server's certificate or encryption failed: %s") % _words_of(error)
        ) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise ChannelError(_("The mail server cannot be reached: %s") % _words_of(error)) from None


def _greeting_failed(error: Exception) -> Exception:
    """Never permanent: an administrator can mend each of these. Tells the answer, never what was sent."""
    for kinds, sentence in (
        (smtplib.SMTPAuthenticationError, _("The mail server refused the user name or password: %s")),
        (smtplib.SMTPNotSupportedError, _("The mail server offers no encryption or no login: %s")),
        (ssl.SSLError, _("The mail server's certificate or encryption failed: %s")),
        ((OSError, smtplib.SMTPException), _("The mail server broke off the greeting: %s")),
    ):
        if isinstance(error, kinds):
            return ChannelError(sentence % _words_of(error))
    if isinstance(error, UnicodeError):  # its text would show the password
        return ChannelError(_("The user name or password has letters that the mail server cannot take."))
    return error


def _handed_over(server: smtplib.SMTP, payload: bytes, sender: str, recipients: Sequence[str]) -> Sent:
    code, words = server.mail(sender, _options(server, payload, [sender, *recipients]))
    if code != ACCEPTED:
        raise _refused(_("The mail server does not let this inbox send: %s"), code, words)
    refused = []
    for recipient in recipients:
        code, words = server.rcpt(recipient)
        if code not in {ACCEPTED, FORWARDED}:
            refused.append(Refusal(recipient, _said(code, words), permanent=_is_final(code)))
    if len(refused) == len(recipients):
        raise ChannelError(
            _("The mail server refused every recipient: %s") % refused[0].reason,
            permanent=all(refusal.permanent for refusal in refused),
        )
    try:
        code, words = server.data(payload)
    except smtplib.SMTPDataError as error:  # no 354: whatever the code says, the message stayed here
        raise _refused(
            _("The mail server refused the message: %s"), error.smtp_code, error.smtp_error
        ) from None
    if code != ACCEPTED:
        raise _refused(_("The mail server refused the message: %s"), code, words)
    return Sent(words=_said(code, words), refused=tuple(refused))


def _options(server: smtplib.SMTP, payload: bytes, addresses: list[str]) -> list[str]:
    options = [f"size={len(payload)}"] if server.has_extn("size") else []
    if all(one.isascii() for one in addresses):
        return options
    if not server.has_extn("smtputf8"):
        raise ChannelError(_("The mail server cannot send to addresses with such letters."), permanent=True)
    return [*options, "SMTPUTF8", "BODY=8BITMIME"]


def _refused(sentence: str, code: int, words: bytes | str) -> ChannelError:
    return ChannelError(sentence % _said(code, words), permanent=_is_final(code))


def _is_final(code: int) -> bool:
    return 500 <= code < 600  # noqa: PLR2004 RFC 5321: 5yz, do not try again


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return cut(one_line(f"{code} {text}"), MAX_WORDS)


def _words_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return _("no answer in time")
    return cut(one_line(str(error)) or type(error).__name__, MAX_WORDS)


def _leave(server: smtplib.SMTP):
    """Say good-bye where anybody still listens. What was accepted stays accepted, whatever comes of it."""
    if server.sock is None:
        return
    server.sock.settimeout(GOODBYE_TIMEOUT)
    with contextlib.suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()
