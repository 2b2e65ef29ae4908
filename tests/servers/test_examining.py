"""The servers of a mailbox tried out: a real Postfix and Dovecot, and every way they can refuse us."""

import pytest

from bench.authorisation_server import AuthorisationServer
from bench.post_office import post_office
from okienko.channels.email import trial as trial_module
from okienko.inboxes.tests.signing_in import BACK, registered, signed_in
from tests.servers.conftest import SHOP
from tests.servers.trials import (
    FAILED,
    NAMES,
    SKIPPED,
    TOKEN,
    arrived,
    changed,
    config,
    examined,
    facts,
    trying_out,
    verdicts,
    word,
)

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("post_office")]


@pytest.fixture(autouse=True)
def _surroundings(office, settings, monkeypatch):
    with trying_out(office, settings, monkeypatch):
        yield


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_all_is_well(office, security):
    steps = examined(config(office, security=security, imap_security=security))
    assert verdicts(steps) == changed()
    assert [step.name for step in steps] == NAMES
    assert facts(steps) == {"junk": "Junk", "sent": "Sent", "size": "26214400", "plus": "yes"}
    is_private = security == "none"
    assert word(steps, "imap_line") == (
        f"The connection to localhost:{office.imap_port} stands. It is not encrypted, but stays within your own network."
        if is_private
        else f"The connection to localhost:{office.imaps_port if security == 'tls' else office.imap_port} stands and is "
        "encrypted; its certificate is right."
    )
    assert word(steps, "arrive").endswith(" It has been removed again.")
    assert word(steps, "plus") == (
        "Letters to sklep+okienko@shop.test arrive too: replies are recognised by the address they are sent to. "
        "It has been removed again."
    )
    assert word(steps, "spf") == (
        "shop.test has an SPF record. Whether it covers the server that sends for you cannot be told from here."
    )


def test_a_wrong_password(office):
    steps = examined(config(office, password="not-this-one"))
    assert verdicts(steps) == changed(
        imap_login=FAILED, imap_folders=SKIPPED, smtp_login=FAILED, send=SKIPPED, arrive=SKIPPED, plus=SKIPPED
    )
    assert word(steps, "imap_login").startswith("The mail server refused the user name or password: ")
    assert word(steps, "smtp_login").startswith("The mail server refused the user name or password: 535 ")
    assert word(steps, "arrive") == "Not tried, because an earlier step did not work."
    assert [step for step in steps if "not-this-one" in step.words] == []


def test_a_certificate_for_another_name(office):
    steps = examined(config(office, imap_port=office.wrong_imaps_port, port=office.wrong_smtps_port))
    assert verdicts(steps) == changed(
        imap_line=FAILED, imap_login=SKIPPED, imap_folders=SKIPPED, smtp_line=FAILED, smtp_login=SKIPPED,
        send=SKIPPED, arrive=SKIPPED, plus=SKIPPED,
    )  # fmt: skip
    words = "The certificate of localhost is made out to another name: mail.other.test."
    assert [word(steps, "imap_line"), word(steps, "smtp_line")] == [words, words]


def test_names_that_lead_nowhere(office):
    steps = examined(config(office, imap_host="imap.nowhere.invalid", host="smtp.nowhere.invalid"))
    assert [step.name for step in steps if step.verdict == FAILED] == ["imap_name", "smtp_name"]
    assert word(steps, "smtp_name").startswith(
        ("There is no server with the name", "The name smtp.nowhere.invalid")
    )


def test_a_port_that_is_none(office):
    steps = examined(config(office, imap_port="nine", port=""))
    assert verdicts(steps)["imap_name"] == FAILED


def test_the_sending_server_is_down(office):
    office.stop_postfix()
    try:
        steps = examined(config(office))
    finally:
        office.start_postfix()
    assert verdicts(steps) == changed(
        smtp_line=FAILED, smtp_login=SKIPPED, send=SKIPPED, arrive=SKIPPED, plus=SKIPPED
    )
    assert word(steps, "smtp_line") == (
        f"Nobody answers at localhost:{office.smtps_port}. Are the server and the port right?"
    )


def test_our_own_address_is_refused(office):
    office.refuse(SHOP, "550 5.1.1 No such person here")
    try:
        steps = examined(config(office))
    finally:
        office.accept(SHOP)
    assert verdicts(steps) == changed(send=FAILED, arrive=SKIPPED, plus=SKIPPED)
    assert word(steps, "send").endswith(
        "550 5.1.1 <sklep@shop.test>: Recipient address rejected: No such person here"
    )


def test_letters_by_the_door_alone(office):
    steps = examined(config(office, imap_host=""))
    skipped = ["imap_name", "imap_line", "imap_login", "imap_folders", "arrive", "plus"]
    assert verdicts(steps) == changed(**dict.fromkeys(skipped, SKIPPED))
    assert word(steps, "imap_name") == (
        "No IMAP server is set: letters come in through this installation's own door (LMTP)."
    )
    arrived(office, 1)
    assert office.letters(SHOP)[0].count(f"\r\nX-Okienko-Check: {TOKEN}\r\n".encode()) == 1


def test_the_time_is_up(office, monkeypatch):
    monkeypatch.setattr(trial_module, "WHOLE", 0.0)
    steps = examined(config(office))
    assert verdicts(steps) == dict.fromkeys(NAMES, SKIPPED)


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("", changed()),
        ("bad", changed(imap_login=FAILED, imap_folders=SKIPPED, smtp_login=FAILED, send=SKIPPED, arrive=SKIPPED, plus=SKIPPED)),
    ],
)  # fmt: skip
def test_by_the_providers_token(settings, monkeypatch, token, expected):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with AuthorisationServer(redirect_uri=BACK, account=SHOP) as server:
        settings.OAUTH = registered(server)
        token = token or signed_in("microsoft", SHOP).access_token
        with post_office(users={SHOP: "x"}, oauth_introspection_url=server.introspection_url) as office:
            steps = examined(config(office, auth="oauth", access_token=token, password=""))
    assert verdicts(steps) == expected
