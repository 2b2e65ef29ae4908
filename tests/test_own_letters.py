"""Letters of the product itself: queued encrypted, sent by the shop's own mailbox."""

import json

import pytest
from django.core.mail import EmailMessage, get_connection

from bench.processes import free_port
from okienko.events.models import Job
from okienko.events.worker import drain
from okienko.front.demo.mailsink import controller
from okienko.inboxes import notices
from okienko.inboxes.mail_backend import QueuedMail
from okienko.inboxes.operations import add_brand, add_inbox
from okienko.lib import crypto
from okienko.upkeep import doctor

pytestmark = pytest.mark.django_db
BACKEND = "okienko.inboxes.mail_backend.QueuedMail"
LINK = "http://localhost:8000/account/new-password/MQ/abc/"


def send(*to: str):
    letter = EmailMessage(
        "Nowe hasło", f"Oto odnośnik: {LINK}\n", None, list(to), connection=get_connection(BACKEND)
    )
    return letter.send()


def mailbox(port: int):
    config = {"host": "127.0.0.1", "port": port}
    return add_inbox(
        brand=add_brand(name="Ziarno"),
        name="Sklep",
        kind="email",
        address="sklep@ziarno.example",
        config=config,
    )


def test_the_backend_of_the_product_is_this_one():
    from okienko import settings

    assert (settings.EMAIL_BACKEND, QueuedMail.__module__) == (BACKEND, "okienko.inboxes.mail_backend")


def test_what_it_says_lies_in_the_queue_unreadable():
    assert send("Anna <anna@ziarno.example>") == 1
    job = Job.objects.get()
    assert (job.name, job.queue, sorted(job.args)) == ("inboxes.send_letter", "network", ["key", "sealed"])
    assert [
        word for word in ("anna", LINK, "hasło") if word in json.dumps(job.args, ensure_ascii=False)
    ] == []
    assert json.loads(crypto.decrypt(job.args["sealed"])) == {
        "to": "anna@ziarno.example", "subject": "Nowe hasło", "text": f"Oto odnośnik: {LINK}\n",
    }  # fmt: skip


def test_nobody_reads_over_another_s_shoulder():
    send("anna@ziarno.example", "bartek@ziarno.example")
    assert Job.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_by_the_mailbox_of_the_shop_and_nothing_stays(tmp_path):
    port = free_port()
    sink = controller(tmp_path / "sent", port)
    sink.start()
    try:
        mailbox(port)
        send("anna@ziarno.example")
        drain()
    finally:
        sink.stop()
    from email import message_from_bytes, policy

    (file,) = (tmp_path / "sent").glob("*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (letter["To"], letter["Subject"]) == ("anna@ziarno.example", "Nowe hasło")
    assert letter["From"].addresses[0].addr_spec == "sklep@ziarno.example"
    assert letter.get_body(("plain",)).get_content().strip() == f"Oto odnośnik: {LINK}"
    assert not Job.objects.exists()


def test_without_a_mailbox_the_letter_waits_and_the_doctor_says_so():
    send("anna@ziarno.example")
    drain()
    waiting = Job.objects.get()
    assert (waiting.attempts, list(notices.senders())) == (1, [])
    assert doctor.letters_of_ours()[1] == "connect a mailbox"
    mailbox(1)
    assert doctor.letters_of_ours()[1] == ""
