"""Sending by a real Postfix: encrypted, refused, greylisted, restarted, and each letter once."""

from email import message_from_bytes

import pytest
from django.utils import translation

from okienko.channels.email import smtp
from okienko.channels.email.smtp_pool import Limits, Pool
from okienko.inboxes.channel import ChannelError, ServerTrouble, TooBig
from okienko.inboxes.source import Trouble
from tests.servers.conftest import CLAIMS, SHOP
from tests.servers.test_post_office import until

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("post_office")]


@pytest.fixture(autouse=True)
def _own_connections(monkeypatch):
    monkeypatch.setattr(smtp, "POOL", Pool())
    with translation.override("en"):
        yield
    smtp.POOL.close_idle()


def letter(name: str) -> bytes:
    return f"From: {SHOP}\r\nTo: {CLAIMS}\r\nMessage-ID: <{name}@shop.test>\r\n\r\nhej\r\n".encode()


def sent(config, name: str, *recipients: str):
    return smtp.send(config, letter(name), sender=SHOP, recipients=recipients or (CLAIMS,))


def arrived(office, name: str, address: str = CLAIMS) -> int:
    """How many times a letter lies in a mailbox, as soon as Postfix has nothing more to bring."""
    brought(office)
    ids = [message_from_bytes(data)["Message-ID"] for data in office.letters(address)]
    return ids.count(f"<{name}@shop.test>")


def brought(office):
    """Wait: what Postfix is just bringing when it is stopped, it brings once more."""
    until(lambda: not office.queued())


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_signed_in_and_several_letters_by_one_connection(office, security):
    config = office.config(SHOP, security=security, ca_file=str(office.ca_file))
    before = len(connections(office))
    names = [f"{security}-{number}" for number in range(3)]
    for name in names:
        found = sent(config, name)
        assert (found.refused, found.words[:20]) == ((), "250 2.0.0 Ok: queued")
    smtp.POOL.close_idle()
    assert [arrived(office, name) for name in names] == [1, 1, 1]
    until(lambda: len(connections(office)) > before)
    (said,) = connections(office)[before:]
    begun = "ehlo=2 starttls=1" if security == "starttls" else "ehlo=1"
    commands = 14 if security == "starttls" else 12
    assert said.partition("] ")[2] == f"{begun} auth=1 mail=3 rcpt=3 data=3 quit=1 commands={commands}"


def connections(office) -> list[str]:
    """What Postfix says of each connection of a user of ours when it ends."""
    return [line for line in office.log.splitlines() if " disconnect from " in line and " auth=1 " in line]


def test_what_the_server_tells_of_itself(office):
    found = smtp.verify(office.config(SHOP, security="starttls", ca_file=str(office.ca_file)))
    assert (found["size"], found["greeting"]) == (26_214_400, "220 poczta.test ESMTP Postfix")
    assert {"pipelining", "size", "auth", "smtputf8", "8bitmime"} <= set(found["extensions"])


def test_a_wrong_password(office):
    config = office.config(SHOP, security="tls", ca_file=str(office.ca_file), password="nie to")
    with pytest.raises(ServerTrouble) as caught:
        sent(config, "wrong-password")
    sentence, _, words = caught.value.reason.partition(": ")
    assert (caught.value.trouble, sentence, words[:10]) == (
        Trouble.LOGIN,
        "The mail server refused the user name or password",
        "535 5.7.8 ",
    )


def test_a_certificate_for_another_name(office):
    config = office.config(SHOP, security="tls", port=office.wrong_smtps_port, ca_file=str(office.ca_file))
    with pytest.raises(ServerTrouble) as caught:
        sent(config, "wrong-name")
    assert (caught.value.trouble, caught.value.reason) == (
        Trouble.CERTIFICATE,
        "The certificate of localhost is made out to another name: mail.other.test.",
    )


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_a_signer_whom_nobody_trusts(office, security):
    with pytest.raises(ServerTrouble) as caught:
        sent(office.config(SHOP, security=security), "unknown")
    assert (caught.value.trouble, caught.value.reason) == (
        Trouble.CERTIFICATE,
        (
            "The certificate of localhost was issued by “The signer of a post office for tests”, "
            "whom this installation does not trust."
        ),
    )


def test_some_greylisted_some_taken_some_refused(office):
    config = office.config(SHOP, security="tls", ca_file=str(office.ca_file))
    office.temporarily(CLAIMS, "450 4.2.0 Greylisted, try again in 300 seconds")
    office.refuse("nikt@shop.test")
    found = sent(config, "grey", CLAIMS, SHOP, "nikt@shop.test")
    assert [(one.recipient, one.reason.split(":")[0], one.permanent) for one in found.refused] == [
        (CLAIMS, f"450 4.2.0 <{CLAIMS}>", False),
        ("nikt@shop.test", "550 5.1.1 <nikt@shop.test>", True),
    ]
    with pytest.raises(ChannelError) as caught:
        sent(config, "grey-2")
    assert (type(caught.value), caught.value.permanent) == (ChannelError, False)
    office.accept(CLAIMS)
    assert sent(config, "grey").refused == ()
    assert (arrived(office, "grey"), arrived(office, "grey", SHOP)) == (1, 1)


def test_put_off_until_the_server_knows_the_pair(office):
    config = office.config(SHOP, security="tls", ca_file=str(office.ca_file))
    office.greylist(1)
    try:
        with pytest.raises(ChannelError) as caught:
            sent(config, "put-off")
        assert (caught.value.permanent, caught.value.reason.split(":")[0]) == (
            False,
            "The mail server refused every recipient",
        )
        assert until(lambda: goes(config, "put-off")).refused == ()
    finally:
        office.greylist(0)
    assert arrived(office, "put-off") == 1


def goes(config, name: str):
    try:
        return sent(config, name)
    except ChannelError:
        return None


def test_postfix_restarted_between_two_letters(office):
    config = office.config(SHOP, security="starttls", ca_file=str(office.ca_file))
    sent(config, "before")
    brought(office)
    office.stop_postfix()
    office.start_postfix()
    sent(config, "after")
    assert [arrived(office, name) for name in ("before", "after")] == [1, 1]


def test_postfix_down_and_up_again(office, monkeypatch):
    monkeypatch.setattr(smtp, "POOL", Pool(Limits(rest=1)))
    config = office.config(SHOP, security="tls", ca_file=str(office.ca_file))
    sent(config, "up")
    brought(office)
    office.stop_postfix()
    try:
        with pytest.raises(ServerTrouble) as first:
            sent(config, "down")
        with pytest.raises(ServerTrouble) as second:
            sent(config, "down")
    finally:
        office.start_postfix()
    assert [one.value.trouble for one in (first, second)] == [Trouble.UNREACHABLE] * 2
    assert second.value.reason.startswith(first.value.reason + " (")
    assert until(lambda: goes(config, "down")).refused == ()
    assert [arrived(office, name) for name in ("up", "down")] == [1, 1]


def test_a_letter_above_the_limit_is_not_even_begun(office):
    config = office.config(SHOP, security="tls", ca_file=str(office.ca_file))
    big = letter("big") + b"A" * 76 * 350_000
    with pytest.raises(TooBig) as caught:
        smtp.send(config, big, sender=SHOP, recipients=[CLAIMS])
    assert (caught.value.limit, caught.value.reason) == (
        26_214_400,
        "The mail server takes letters of at most 26 MB.",
    )
    assert arrived(office, "big") == 0


def test_a_letter_of_twenty_megabytes_arrives_whole(office):
    config = office.config(SHOP, security="tls", ca_file=str(office.ca_file))
    lines = b"".join(b".%075d\r\n" % number for number in range(260_000))
    smtp.send(config, letter("long") + lines, sender=SHOP, recipients=[CLAIMS])
    assert arrived(office, "long") == 1
    (found,) = [data for data in office.letters(CLAIMS) if b"<long@shop.test>" in data[:2000]]
    assert found.endswith(b"\r\n\r\nhej\r\n" + lines)
