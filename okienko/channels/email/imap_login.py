"""An IMAP server that has greeted us, is encrypted as the inbox says, and knows who we are."""

import contextlib
import imaplib
import ipaddress
import json
import logging
import socket
import ssl
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from okienko.channels.email import line_errors
from okienko.channels.email.imap_account import Account
from okienko.channels.email.imap_errors import explained, hung_up, login_refused, quoted, said, token_refused
from okienko.channels.email.imap_wire import Client, Wire
from okienko.inboxes.source import SourceError, Trouble
from okienko.lib.http import refuse_inside_transaction
from okienko.lib.net import connected

LOOK_AT_CERTIFICATE = 5.0  # seconds
BROKEN = (OSError, imaplib.IMAP4.error, ValueError)

# The library tells at DEBUG what it says and hears: letters, addresses, user names.
logging.getLogger("imapclient").setLevel(logging.CRITICAL + 1)


def signed_in(account: Account) -> Client:
    """SourceError when any step fails. RuntimeError inside a database transaction."""
    refuse_inside_transaction()
    client = _opened(account)
    try:
        if client.wire.state == "NONAUTH":
            _sign_in(client, account)
        client.capabilities()  # as they are after signing in
    except BROKEN as error:
        client.wire.shutdown()
        raise explained(error, account) from None
    except BaseException:
        client.wire.shutdown()
        raise
    return client


def _opened(account: Account) -> Client:
    context = None if account.security == "none" else _trusting(account)
    try:
        return _greeted(account, context)
    except ssl.SSLCertVerificationError as error:
        certificate = _certificate(account)
        raise SourceError(
            *line_errors.explained(error, account.host, account.port, certificate=certificate)
        ) from None
    except BROKEN as error:
        raise explained(error, account) from None


def _trusting(account: Account) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if account.ca_file:
        try:
            context.load_verify_locations(account.ca_file)
        except OSError as error:
            raise SourceError(
                Trouble.CERTIFICATE,
                _("The file with the certificate to trust cannot be read: %s") % line_errors.words_of(error),
            ) from None
    return context


def _greeted(account: Account, context: ssl.SSLContext | None) -> Client:
    try:
        line = connected(
            account.host, account.port, account.timeout, public_only=settings.MAIL_NETWORKS == "public"
        )
    except TimeoutError:
        raise SourceError(*line_errors.unanswered(account.host, account.port)) from None
    try:
        if context and account.security == "tls":
            line = context.wrap_socket(line, server_hostname=account.host)
        client = _welcomed(line, account)
        if context and account.security == "starttls":
            _encrypt(client, context, account)
            line = client.wire.sock
    except BaseException:
        line.close()
        raise
    return client


def _welcomed(line: socket.socket, account: Account) -> Client:
    try:
        return Client(Wire(line, account.host, account.timeout))
    except imaplib.IMAP4.error as error:
        words = said(quoted(error))
        if words.upper().startswith("* BYE"):
            raise hung_up(words[len("* BYE ") :]) from None
        raise SourceError(
            Trouble.REFUSED,
            _("What answers at %(server)s is no IMAP server: %(words)s")
            % {"server": account.place, "words": words},
        ) from None


def _encrypt(client: Client, context: ssl.SSLContext, account: Account):
    if not client.has_capability("STARTTLS"):
        raise SourceError(
            Trouble.CERTIFICATE,
            _("The server %s offers no STARTTLS, so nothing was sent to it.") % account.place,
        )
    try:
        client.starttls(context)
    except imaplib.IMAP4.error as error:
        raise SourceError(
            Trouble.CERTIFICATE,
            _("The encrypted connection to %(server)s failed: %(reason)s")
            % {"server": account.place, "reason": said(quoted(error))},
        ) from None


def _certificate(account: Account) -> bytes:
    """What the server shows, unbelieved, so that it can be told what is wrong with it. b"" when it will not say."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(SourceError, *BROKEN):
        client = _greeted(account.hurried(LOOK_AT_CERTIFICATE), context)
        with contextlib.closing(client.wire.sock) as line:
            return line.getpeercert(binary_form=True) or b""
    return b""


def _sign_in(client: Client, account: Account):
    if not _is_private(client.wire):
        raise SourceError(
            Trouble.CERTIFICATE,
            _("The password was not sent to %s, because it would travel unencrypted. Choose STARTTLS or TLS.")
            % account.place,
        )
    if account.by_token:
        _by_token(client, account)
    else:
        _by_password(client, account)


def _is_private(wire: Wire) -> bool:
    """Encrypted, or so near that nobody else listens."""
    if isinstance(wire.sock, ssl.SSLSocket):
        return True
    peer = ipaddress.ip_address(wire.sock.getpeername()[0])
    return not (getattr(peer, "ipv4_mapped", None) or peer).is_global


def _by_password(client: Client, account: Account):
    if not (account.username and account.secret):
        raise SourceError(Trouble.LOGIN, _("The user name or the password of the mailbox is missing."))
    if any(ord(letter) < ord(" ") for letter in account.username + account.secret):
        raise SourceError(
            Trouble.LOGIN, _("The user name or password has letters that the mail server cannot take.")
        )
    has_login = not client.has_capability("LOGINDISABLED")
    if has_login and (account.username + account.secret).isascii():
        _attempt(account, lambda: client.wire.log_in(account.username, account.secret))
    elif client.has_capability("AUTH=PLAIN"):  # as UTF-8: LOGIN takes ASCII only
        _attempt(account, lambda: client.plain_login(account.username, account.secret))
    elif has_login:
        raise SourceError(
            Trouble.LOGIN, _("The user name or password has letters that the mail server cannot take.")
        )
    else:
        raise _no_passwords(account)


def _attempt(account: Account, login: Callable[[], object]):
    try:
        login()
    except imaplib.IMAP4.error as error:
        raise login_refused(said(quoted(error), account.secret), account) from None


def _no_passwords(account: Account) -> SourceError:
    if account.security == "none":
        return SourceError(
            Trouble.CERTIFICATE,
            _("%s takes passwords only over an encrypted connection. Choose STARTTLS or TLS.")
            % account.place,
        )
    return SourceError(Trouble.LOGIN, _("The mail server offers no login with a password on this port."))


def _by_token(client: Client, account: Account):
    if not account.secret:
        raise token_refused("", "")
    token = f"user={account.username}\1auth=Bearer {account.secret}\1\1".encode()
    asked: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        """The token; to whatever is asked after it, nothing: the refusal follows."""
        asked.append(challenge)
        return b"" if len(asked) > 1 else token

    try:
        client.sasl_login("XOAUTH2", answer)
    except imaplib.IMAP4.error as error:
        raise token_refused(said(quoted(error), account.secret), _status(asked[-1:])) from None


def _status(challenges: list[bytes]) -> str:
    """What Google and Microsoft say in JSON about a token they refuse: {"status": "401", …}."""
    try:
        found = json.loads(challenges[0]) if challenges else None
    except ValueError:
        return ""
    return said(str(found.get("status", "")))[:100] if isinstance(found, dict) else ""
