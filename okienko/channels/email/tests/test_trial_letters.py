"""Trial letters on servers that a real Dovecot cannot play, and what the letters look like."""

import pytest
from django.utils import translation

from okienko.channels.email import providers
from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.provider_advice import advice
from okienko.channels.email.providers import Provider
from okienko.channels.email.tests.name_server import name_server
from okienko.channels.email.tests.scripted_imap import CUT, HANG, PASSWORD, ScriptedServer
from okienko.channels.email.trial_letters import Found, Trials, trial_letter
from okienko.inboxes.source import FolderName, Purpose, SourceError, Verdict

SHOP = "sklep@shop.test"
TOKEN = "c2Vrcm-V0MTIzNDU2Nzg5_A"
INBOX = FolderName("INBOX", Purpose.INBOX)
LETTER = (
    "DKIM-Signature: v=1; a=rsa-sha256; d=shop.test;\r\n\ts=2024a; b=AbC\r\n"
    "DKIM-Signature: v=1; d=test; s=above\r\nDKIM-Signature: v=1; d=other.test; s=foreign\r\n"
    "DKIM-Signature: v=1; d=op.test; s=nearly\r\nDKIM-Signature: nonsense\r\n"
    f"X-OKIENKO-check:  {TOKEN} \r\nX-Okienko-Check-Kind: itself\r\nSubject: x\r\n\r\nhej\r\n"
)
FOREIGN = LETTER.replace(TOKEN, "another-token")
SELECT = "* 3 EXISTS\r\n* OK [UIDVALIDITY 77] valid\r\n{tag} OK [READ-WRITE] done\r\n"
OK = "{tag} OK done\r\n"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def no_dns(settings):
    with name_server({("shop.test", "A"): ["93.184.216.34"]}) as (_server, place):
        settings.DNS_SERVERS = [place]
        yield


def serving(capabilities: str, **answers) -> ScriptedServer:
    """A mailbox in which number 10 is ours, and number 11 somebody else's."""
    bodies = b"".join(
        b"* %d FETCH (UID %d RFC822.SIZE %d BODY[] {%d}\r\n%b)\r\n"
        % (number, number, len(body), len(body), body.encode())
        for number, body in ((10, LETTER), (11, FOREIGN))
    )
    usual = {
        "CAPABILITY": f"* CAPABILITY IMAP4rev1 {capabilities}\r\n{{tag}} OK done\r\n",
        "SELECT": SELECT,
        "UID_SEARCH": "* SEARCH 10 11\r\n{tag} OK done\r\n",
        "UID_FETCH": bodies + b"{tag} OK done\r\n",
        "UID_STORE": OK,
        "UID_EXPUNGE": OK,
    }
    return ScriptedServer(**(usual | answers))


def removed(server: ScriptedServer) -> tuple[bool, list[str]]:
    """What `remove` says, and the commands that write."""
    trials = Trials(server.open(), server.config(), address=SHOP, token=TOKEN)
    trials.begin([INBOX])
    trials.look()
    assert trials.arrived("itself") == Found("INBOX", Purpose.INBOX, 10, "itself", ("2024a", "above"))
    assert trials.arrived("plus") is None
    done = trials.remove()
    trials.close()
    return done, [
        text for text in server.heard if text.startswith(("SELECT", "UID STORE", "UID EXPUNGE", "CLOSE"))
    ]


def test_only_the_letter_found_is_removed():
    with serving("UIDPLUS") as server:
        assert removed(server) == (
            True,
            ['SELECT "INBOX"', r"UID STORE 10 +FLAGS.SILENT (\Deleted)", "UID EXPUNGE 10"],
        )


def test_gmail_throws_it_away():
    with serving("UIDPLUS X-GM-EXT-1") as server:
        assert removed(server) == (
            True,
            ['SELECT "INBOX"', r"UID STORE 10 +X-GM-LABELS.SILENT (\Trash)"],
        )


def test_where_only_everything_deleted_could_be_removed_nothing_is():
    with serving("IDLE") as server:
        assert removed(server) == (False, [])


@pytest.mark.parametrize(
    ("answers", "commands"),
    [
        ({"SELECT": "{tag} NO not now\r\n"}, 1),
        ({"SELECT": SELECT.replace("READ-WRITE", "READ-ONLY")}, 1),
        ({"SELECT": CUT}, 1),
        ({"UID_STORE": "{tag} NO not yours\r\n"}, 2),
        ({"UID_STORE": "{tag} BAD what\r\n"}, 2),
        ({"UID_EXPUNGE": "{tag} NO not yours\r\n"}, 3),
        ({"LOGIN": ["{tag} OK welcome\r\n", "{tag} NO too many\r\n"]}, 0),
    ],
)
def test_a_server_that_will_not(answers, commands):
    with serving("UIDPLUS", **answers) as server:
        done, heard = removed(server)
        assert (done, len(heard)) == (False, commands)


def test_the_copy_among_the_sent_ones_has_not_arrived():
    with serving("UIDPLUS") as server:
        trials = Trials(server.open(), server.config(), address=SHOP, token=TOKEN)
        trials.begin([FolderName("Sent", Purpose.SENT)])
        trials.look()
        assert (trials.arrived("itself"), [found.number for found in trials.found]) == (None, [10])
        assert trials.remove() is True
        trials.close()
        assert server.commands("UID EXPUNGE") == ["UID EXPUNGE 10"]


def test_a_mailbox_that_breaks():
    with serving("UIDPLUS", UID_FETCH=CUT) as server:
        trials = Trials(server.open(), server.config(), address=SHOP, token=TOKEN)
        trials.begin([INBOX])
        with pytest.raises(SourceError):
            trials.look()
        trials.close()


def test_a_folder_that_is_listed_and_does_not_open(no_dns):
    listed = (
        '* LIST () "/" INBOX\r\n* LIST (\\Junk) "/" Spam\r\n* LIST (\\Sent) "/" Sent\r\n{tag} OK done\r\n'
    )
    with serving("SPECIAL-USE", LIST=listed, **{'EXAMINE "SPAM"': "{tag} NO no\r\n"}) as server:
        steps = list(EmailChannel().examine(server.config(), address=SHOP, token=TOKEN))
    (found,) = [step for step in steps if step.name == "imap_folders"]
    assert (found.verdict, found.facts, found.words) == (
        Verdict.OK,
        (("sent", "Sent"),),
        "Folder “INBOX”: 3 letters. Folder “Sent”: 3 letters. No folder for junk was found.",
    )


def lines(letter: bytes) -> list[str]:
    return letter.decode().partition("\r\n\r\n")[0].split("\r\n")


def test_the_letter():
    letter = trial_letter(address="Sklep@Shop.test", to="sklep+okienko@shop.test", token=TOKEN, kind="plus")
    head = {line.partition(": ")[0]: line.partition(": ")[2] for line in lines(letter)}
    assert lines(letter)[:2] == [f"X-Okienko-Check: {TOKEN}", "X-Okienko-Check-Kind: plus"]
    assert (head["From"], head["To"], head["Auto-Submitted"]) == (
        "Sklep@Shop.test",
        "sklep+okienko@shop.test",
        "auto-generated",
    )
    assert head["Message-ID"].endswith(".okienko@shop.test>")
    assert letter != trial_letter(address="Sklep@Shop.test", to=SHOP, token=TOKEN, kind="plus")


def test_each_letter_has_an_id_of_its_own():
    """Servers drop a second letter with the same Message-ID."""
    made = [lines(trial_letter(address=SHOP, to=SHOP, token=TOKEN, kind="itself")) for _ in range(2)]
    first, second = ([line for line in head if line.startswith("Message-ID")] for head in made)
    assert (len(first), len(second), first == second) == (1, 1, False)


@pytest.mark.parametrize("address", ["", "sklep", "skl ep@shop.test", "a@b\r\nBcc: c@d.test"])
def test_no_letter_to_what_is_no_address(address):
    with pytest.raises(ValueError, match="address"):
        trial_letter(address=SHOP, to=address, token=TOKEN, kind="itself")


def test_what_the_provider_wants_is_told_with_its_refusal(no_dns, monkeypatch):
    own = Provider(name="yahoo", label="Yahoo", imap="127.0.0.1:993/tls", smtp="127.0.0.1:465/tls")
    monkeypatch.setattr(providers, "providers", lambda: (own,))
    with ScriptedServer(LOGIN="{tag} NO [AUTHENTICATIONFAILED] no\r\n") as server:
        steps = {
            step.name: step.words
            for step in EmailChannel().examine(server.config(), address=SHOP, token=TOKEN)
        }
    assert steps["imap_login"].startswith("The mail server refused the user name or password: ")
    assert steps["imap_login"].endswith(f" {advice('yahoo')}")


def verdicts(server: ScriptedServer) -> dict[str, Verdict]:
    steps = list(EmailChannel().examine(server.config(timeout=0.5), address=SHOP, token=TOKEN))
    assert [step for step in steps if PASSWORD in step.words] == []
    return {step.name: step.verdict for step in steps if step.name.startswith(("imap", "smtp"))}


@pytest.mark.parametrize(
    ("server", "line", "login"),
    [
        ({"greeting": HANG}, Verdict.FAILED, Verdict.SKIPPED),
        ({"greeting": CUT}, Verdict.FAILED, Verdict.SKIPPED),
        ({"greeting": "* BYE too many connections\r\n"}, Verdict.OK, Verdict.FAILED),
        ({"LOGIN": "{tag} NO [AUTHENTICATIONFAILED] no\r\n"}, Verdict.OK, Verdict.FAILED),
        ({"LOGIN": HANG}, Verdict.FAILED, Verdict.SKIPPED),
    ],
)  # fmt: skip
def test_where_it_stopped(no_dns, server, line, login):
    with ScriptedServer(**server) as serving:
        assert verdicts(serving) == {
            "imap_name": Verdict.OK,
            "imap_line": line,
            "imap_login": login,
            "imap_folders": Verdict.SKIPPED,
            "smtp_name": Verdict.FAILED,
            "smtp_line": Verdict.SKIPPED,
            "smtp_login": Verdict.SKIPPED,
        }
