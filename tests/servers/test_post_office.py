"""The post office of our tests: what they rely on is true of it."""

import base64
import contextlib
import http.server
import imaplib
import json
import smtplib
import ssl
import subprocess
import sys
import threading
import time
from email import message_from_bytes
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller

from bench.post_office import post_office
from bench.processes import ROOT, free_port
from tests.servers.conftest import CLAIMS, PASSWORD, SHOP

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("post_office")]
STRANGER = "zofia@klient.test"


def letter(subject: str, text: str = "hej") -> bytes:
    return f"From: {STRANGER}\r\nTo: {SHOP}\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()


def until(condition):
    """The first true value of `condition`, asked for ten seconds."""
    deadline = time.monotonic() + 10
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert found
    return found


def trusting(office) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=office.ca_file)


def plain(address: str):
    return lambda _challenge: f"\0{address}\0{PASSWORD}".encode()


@contextlib.contextmanager
def mailbox(office, address: str = SHOP, folder: str = "INBOX"):
    server = imaplib.IMAP4_SSL("localhost", office.imaps_port, ssl_context=trusting(office))
    try:
        server.authenticate("PLAIN", plain(address))
        assert server.select(folder)[0] == "OK"
        yield server
    finally:
        server.shutdown()


def uids(server) -> list[bytes]:
    return server.uid("SEARCH", "ALL")[1][0].split()


def subjects(office, address: str = SHOP) -> list[str]:
    return [message_from_bytes(data)["Subject"] for data in office.letters(address)]


def test_a_letter_of_a_stranger_is_read_by_imap(office):
    sent = office.swaks("--from", STRANGER, "--to", "sklep+abc@shop.test", "--header", "Subject: pierwszy")
    assert sent.returncode == 0, sent.stdout
    until(lambda: office.letters(SHOP))

    with mailbox(office) as server:
        (_, data), *_ = server.uid("FETCH", uids(server)[-1], "(BODY.PEEK[])")[1]
    read = message_from_bytes(data)
    assert read["Subject"] == "pierwszy"
    assert read["X-Original-To"] == "sklep+abc@shop.test"
    assert office.letters(SHOP)[-1] == data


def test_users_send_after_login_over_tls_and_strangers_do_not_relay(office):
    with smtplib.SMTP("localhost", office.submission_port) as server:
        server.starttls(context=trusting(office))
        server.ehlo()
        assert server.docmd("AUTH", "PLAIN " + base64.b64encode(plain(SHOP)(b"")).decode())[0] == 235
        server.sendmail(SHOP, [CLAIMS], letter("od swoich"))
    until(lambda: subjects(office, CLAIMS) == ["od swoich"])

    with smtplib.SMTP("localhost", office.submission_port) as server:
        server.starttls(context=trusting(office))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.sendmail(STRANGER, [CLAIMS], letter("bez hasła"))
    with pytest.raises(smtplib.SMTPRecipientsRefused) as relayed:
        office.post("kto@gdzie.test", letter("dalej"))
    assert relayed.value.recipients["kto@gdzie.test"][0] == 554
    with pytest.raises(smtplib.SMTPRecipientsRefused) as unknown:
        office.post("nikt@shop.test", letter("do nikogo"))
    assert unknown.value.recipients["nikt@shop.test"][0] == 550


def test_certificates_for_another_name_are_refused(office):
    for port, kind in (
        (office.wrong_imaps_port, imaplib.IMAP4_SSL),
        (office.wrong_smtps_port, smtplib.SMTP_SSL),
    ):
        words = {"ssl_context" if kind is imaplib.IMAP4_SSL else "context": trusting(office)}
        with pytest.raises(ssl.SSLCertVerificationError, match="not valid for 'localhost'"):
            kind("localhost", port, **words)
    with smtplib.SMTP_SSL("localhost", office.smtps_port, context=trusting(office)) as server:
        assert server.noop()[0] == 250


def test_the_validity_of_a_folder_changes_and_its_letters_are_numbered_anew(office):
    folder = "Wysłane/Ważne"
    office.create_folder(SHOP, folder)
    office.deliver_many(SHOP, [letter(f"nr {number}") for number in range(1, 5)], folder)
    with mailbox(office, folder='"Wys&AUI-ane/Wa&AXw-ne"') as server:
        assert uids(server) == [b"1", b"2", b"3", b"4"]
        before = server.untagged_responses["UIDVALIDITY"]
    office.expunge(SHOP, [1, 2], folder)
    office.change_validity(SHOP, folder)
    office.rename_folder(SHOP, folder, "Inne")

    with mailbox(office, folder="Inne") as server:
        assert uids(server) == [b"1", b"2"]
        assert server.untagged_responses["UIDVALIDITY"] != before
    assert [message_from_bytes(data)["Subject"] for data in office.letters(SHOP, "Inne")] == ["nr 3", "nr 4"]


def test_lines_are_cut_and_the_server_stays(office):
    for _ in range(20):
        with pytest.raises(imaplib.IMAP4.abort), mailbox(office) as server:
            assert office.cut_imap() == 1
            server.noop()
            server.noop()
    with mailbox(office) as server:
        assert server.noop()[0] == "OK"


def test_letters_wait_while_the_mailboxes_are_away(office):
    office.stop_dovecot()
    with pytest.raises(ConnectionRefusedError):
        imaplib.IMAP4("localhost", office.imap_port)
    office.post(SHOP, letter("po przerwie"))
    office.start_dovecot()

    until(lambda: "po przerwie" in subjects(office))
    until(lambda: not office.queued())


def test_refusals_and_greylisting_count_at_once_on_an_open_line(office):
    with smtplib.SMTP("localhost", office.smtp_port) as server:

        def answer(sender: str = STRANGER) -> tuple[int, bytes]:
            server.rset()
            server.ehlo_or_helo_if_needed()
            server.mail(sender)
            return server.rcpt(SHOP)

        assert answer()[0] == 250
        office.refuse(SHOP, "550 5.2.1 Konto zamknięte")
        assert answer() == (550, f"5.2.1 <{SHOP}>: Recipient address rejected: Konto zamknięte".encode())
        office.temporarily("@shop.test")
        office.accept(SHOP)
        assert answer()[0] == 451
        office.accept("@shop.test")
        office.greylist(0.2)
        assert answer()[0] == 450
        time.sleep(0.25)
        assert answer()[0] == 250
        assert answer("inny@klient.test")[0] == 450
        office.greylist(0)
        assert answer("inny@klient.test")[0] == 250


def test_a_full_mailbox_sends_letters_back(mail_servers):
    with post_office(users={SHOP: PASSWORD, STRANGER: PASSWORD}, quota_mb=1) as office:
        office.deliver(SHOP, letter("mały"))
        with pytest.raises(smtplib.SMTPDataError, match=r"552.*Quota exceeded"):
            office.deliver(SHOP, letter("za duży", "x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 16_000))
        office.deliver_many(SHOP, [letter("dużo", ("y" * 70 + "\r\n") * 14_700)])
        office.post(SHOP, letter("o jeden za dużo", "z" * 900 + "\r\n" * 20_000))
        back = message_from_bytes(until(lambda: office.letters(STRANGER))[0])

    assert back.get_content_type() == "multipart/report"
    assert "5.2.2" in back.get_payload(1).as_string()


def test_letters_to_other_domains_go_where_the_test_wants(mail_servers):
    sink = Sink()
    port = free_port()
    taker = Controller(sink, hostname="127.0.0.1", port=port)
    taker.start()
    try:
        users = {SHOP: PASSWORD, "dom@other.test": PASSWORD}
        with post_office(
            users=users, elsewhere_port=port, catch_all={"other.test": "dom@other.test"}
        ) as office:
            office.swaks("--from", SHOP, "--to", STRANGER, "--auth-user", SHOP, "--auth-password", PASSWORD)
            until(lambda: sink.taken == [[STRANGER]])
            office.post("cokolwiek@other.test", letter("byle gdzie"))
            until(lambda: subjects(office, "dom@other.test") == ["byle gdzie"])
            office.add_user("nowy@new.test", PASSWORD)
            office.post("nowy@new.test", letter("nowy"))
            until(lambda: subjects(office, "nowy@new.test") == ["nowy"])
    finally:
        taker.stop()


class Sink:
    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 its name in aiosmtpd
        self.taken.append(envelope.rcpt_tos)
        return "250 2.0.0 taken"


class Introspection(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        good = asked["token"] == ["dobry"]
        said = json.dumps({"active": good} | ({"username": SHOP} if good else {})).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_words):
        pass


def test_tokens_are_asked_about(mail_servers):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Introspection)
    threading.Thread(target=server.serve_forever, args=(0.02,)).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/introspect"
        with post_office(users={SHOP: PASSWORD}, oauth_introspection_url=url) as office:
            assert [signed_in_by_token(office, token) for token in ("zły", "dobry", "zły")] == [
                ("AUTHENTICATIONFAILED", 535),
                ("", 235),
                ("AUTHENTICATIONFAILED", 535),
            ]
            with mailbox(office) as line:
                assert line.noop()[0] == "OK"
    finally:
        server.shutdown()
        server.server_close()


def signed_in_by_token(office, token: str) -> tuple[str, int]:
    """What IMAP and SMTP say to it; a refusal comes in two steps."""
    words = f"user={SHOP}\1auth=Bearer {token}\1\1".encode()
    given = iter([words, b""])
    refusal = ""
    with imaplib.IMAP4_SSL("localhost", office.imaps_port, ssl_context=trusting(office)) as line:
        try:
            line.authenticate("XOAUTH2", lambda _: next(given))
        except imaplib.IMAP4.error as error:
            refusal = str(error).partition("[")[2].partition("]")[0]
    with smtplib.SMTP_SSL("localhost", office.smtps_port, context=trusting(office)) as line:
        line.ehlo()
        code, _ = line.docmd("AUTH", "XOAUTH2 " + base64.b64encode(words).decode())
        if code == 334:
            code, _ = line.docmd("")
    return refusal, code


def test_nothing_is_left_when_its_owner_is_killed(mail_servers, tmp_path):
    program = (
        "import os, signal, sys; from bench.post_office import post_office\n"
        "with post_office(users={'a@shop.test': 'x'}) as office:\n"
        "    print(office.folder, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    folder = killed.stdout.decode().strip()
    assert killed.returncode == -9

    until(lambda: not Path(folder).exists())
    until(lambda: not processes_of(folder))


def processes_of(folder: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (
                str((entry / "cwd").readlink()).startswith(folder)
                or folder in (entry / "cmdline").read_text()
            ):
                found.append(entry.name)
    return found
