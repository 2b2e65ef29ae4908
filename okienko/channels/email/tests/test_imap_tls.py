"""Encryption: a server that is not believed learns nothing, and the person learns why it is not believed."""

from datetime import UTC, datetime

import pytest

from okienko.channels.email.tests.certificates import DAY, SIGNER, Signer
from okienko.channels.email.tests.mail_server import server_context
from okienko.channels.email.tests.scripted_imap import CUT, ScriptedServer, Talk, fails
from okienko.inboxes.source import FolderState, Trouble

pytestmark = pytest.mark.usefixtures("_english")
WITH_STARTTLS = "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n{tag} OK done\r\n"
AFTERWARDS = "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"
SLIPPED_IN = "* CAPABILITY IMAP4rev1 AUTH=SPY\r\n"


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    return Signer(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["tls", "starttls"])
def security(request):
    return request.param


def encrypted(chain, security: str) -> ScriptedServer:
    context = server_context(chain)
    if security == "tls":
        return ScriptedServer(context=context)

    def starttls(talk: Talk, tag: str, _text: str):
        talk.say(f"{tag} OK begin\r\n{SLIPPED_IN}")
        talk.encrypt(context)

    return ScriptedServer(CAPABILITY=[WITH_STARTTLS, AFTERWARDS], STARTTLS=starttls)


def test_a_trusted_server(signer, security):
    with encrypted(signer.chain("127.0.0.1"), security) as server:
        mailbox = server.open(imap_security=security, ca_file=str(signer.file))
        assert mailbox.select("INBOX") == FolderState("INBOX", "77", 10, 3)
        assert not mailbox._client.has_capability("AUTH=SPY")
        assert len(server.commands("LOGIN")) == 1


@pytest.mark.parametrize("asked", ["NOOP", "UID FETCH"])
def test_a_line_cut_later_is_no_matter_of_certificates(signer, security, asked):
    with encrypted(signer.chain("127.0.0.1"), security) as server:
        server.answers[asked] = CUT
        mailbox = server.looking(imap_security=security, ca_file=str(signer.file))
        with fails() as failure:
            mailbox.wait(5, lambda: False) if asked == "NOOP" else mailbox.sizes([1])
        with fails() as again:
            mailbox.select("INBOX")
    assert failure == [Trouble.UNREACHABLE, "The mail server ended the connection."]
    assert again[0] == Trouble.UNREACHABLE


@pytest.mark.parametrize(
    "case",
    [
        (
            ["mail.hosting.example", "*.hosting.example"],
            {},
            True,
            "is made out to another name: mail.hosting.example, *.hosting.example.",
        ),
        (["127.0.0.1"], {"begins": -9 * DAY, "ends": -2 * DAY}, True, "ran out on {past}."),
        (
            ["127.0.0.1"],
            {"begins": 2 * DAY, "ends": 9 * DAY},
            True,
            "is valid only from {future}. Is the clock here right?",
        ),
        (["127.0.0.1"], {}, False, f"was issued by “{SIGNER}”, whom this installation does not trust."),
    ],
    ids=["wrong name", "ran out", "too early", "unknown signer"],
)
def test_a_server_that_is_not_believed(signer, security, case):
    names, life, trusted, words = case
    today = datetime.now(UTC)
    words = words.format(past=(today - 2 * DAY).date(), future=(today + 2 * DAY).date())
    with encrypted(signer.chain(*names, **life), security) as server:
        server.answers["CAPABILITY"] = [WITH_STARTTLS] * 2
        with fails() as failure:
            server.open(imap_security=security, ca_file=str(signer.file) if trusted else "")
    assert failure == [Trouble.CERTIFICATE, f"The certificate of 127.0.0.1 {words}"]
    assert server.commands("LOGIN") == []


def test_a_certificate_that_cannot_be_looked_at_again(signer):
    with encrypted(signer.chain("other.example"), "starttls") as server, fails() as failure:
        server.open(imap_security="starttls", ca_file=str(signer.file))
    assert failure[0] == Trouble.CERTIFICATE
    assert failure[1].startswith("The certificate of 127.0.0.1 cannot be trusted: ")
