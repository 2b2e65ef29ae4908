"""Customers of the demonstration write back: by the door of real mail, on the thread, and only when asked to."""

import os
import signal
import smtplib
import subprocess
import sys
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from django.core.management import CommandError

from bench.processes import ROOT, free_port
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Message
from okienko.events import worker
from okienko.front.demo import answering, shop
from okienko.front.demo.answering import Customers, Habits, acquaintances
from okienko.front.demo.customers import Customer
from okienko.front.demo.mailsink import controller
from okienko.front.management.commands.mailsink import address_of
from okienko.inboxes.models import Address
from okienko.inboxes.operations import take_in

PATIENCE = 20
ZOFIA = Customer("Zofia Lis", "zofia@poczta.example", "f", "Zofio", "Zosia")
AT_ONCE = Habits(answers=1, after=(0, 0.05), first_news=1000, photos=0)


def until(holds, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


class Inside:
    """What stands behind a door for local mail: `came` holds (recipient, bytes)."""

    def __init__(self):
        self.came = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.came += [(to, envelope.original_content) for to in envelope.rcpt_tos]
        return "250 2.1.5 stored"


class Door(Controller):
    def factory(self):
        return LMTP(self.handler, enable_SMTPUTF8=True)

    @property
    def came(self) -> list[tuple[str, EmailMessage]]:
        return [(to, message_from_bytes(data, policy=policy.default)) for to, data in self.handler.came]


@pytest.fixture
def door():
    opened = Door(Inside(), hostname="127.0.0.1", port=free_port())
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def lively(door):
    """lively(habits): customers who write to the door."""
    made = []

    def begun(habits: Habits, known=None) -> Customers:
        made.append(
            Customers(
                ("127.0.0.1", door.port), {ZOFIA.address: ZOFIA} if known is None else known, habits=habits
            )
        )
        made[-1].start()
        return made[-1]

    yield begun
    for each in made:
        each.stop()
        assert not each.thread.is_alive()


def letter(text: str, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "sklep@ziarno-i-glina.example", ZOFIA.address
    mail["Subject"], mail["Message-ID"] = "Re: Kubek [#10042]", "<7.42@ziarno-i-glina.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{text}\n\n-- \nAnna Nowicka\nZiarno i Glina")
    return mail


def words_of(answer: EmailMessage) -> str:
    """Every fourth letter comes as HTML, too."""
    return answer.get_body(("plain",)).get_content()


def test_an_answer_stands_on_the_thread(door, lively):
    signed = "sklep+c42.abcdefghabcdefgh@ziarno-i-glina.example"
    lively(AT_ONCE).heard([ZOFIA.address], letter("Kubek jedzie.", Reply_To=signed))
    assert until(lambda: door.came)
    ((to, answer),) = door.came
    assert (to, answer["From"].addresses[0].addr_spec) == (signed, ZOFIA.address)
    assert (answer["In-Reply-To"], answer["Subject"]) == (
        "<7.42@ziarno-i-glina.example>",
        "Re: Kubek [#10042]",
    )
    words = words_of(answer)
    assert ("> Kubek jedzie." in words, "{" in words) == (True, False)


def test_who_is_asked_answers_the_question():
    customers = Customers(("127.0.0.1", 1), {ZOFIA.address: ZOFIA}, habits=AT_ONCE)
    live = answering.pools().live
    for words, when in (("Wysłać jutro?", "asked"), ("Wysłaliśmy.", "told")):
        answer = words_of(customers.answer(ZOFIA, letter(words)))
        begins = {text.split("{")[0][:12] for text in live[when]}
        assert any(answer.startswith(each) for each in begins), answer


def test_a_photo_comes_along_now_and_then():
    customers = Customers(("127.0.0.1", 1), {ZOFIA.address: ZOFIA}, habits=Habits(photos=1))
    (file,) = customers.answer(ZOFIA, letter("Prosimy o zdjęcie.")).iter_attachments()
    assert file.get_content_maintype() == "image"


def test_only_half_of_them_answer_and_few_at_once():
    known = {f"k{n}@poczta.example": ZOFIA for n in range(400)}
    customers = Customers(("127.0.0.1", 1), known, habits=Habits(at_most=1000))
    for address in known:
        customers.heard([address], letter("Wysłaliśmy."))
    assert 140 < len(customers.waiting) < 260
    few = Customers(("127.0.0.1", 1), known, habits=Habits(answers=1))
    for address in known:
        few.heard([address], letter("Wysłaliśmy."))
    assert len(few.waiting) == 3
    assert all(20 <= one.due - time.monotonic() + 5 <= 246 for one in few.waiting)


def test_strangers_and_robots_never_answer():
    customers = Customers(("127.0.0.1", 1), acquaintances(), habits=AT_ONCE)
    for address in (
        "ktos@inny.example",
        "powiadomienia@platforma-sklepowa.example",
        "oferta@top3-w-wyszukiwarce.example",
    ):
        customers.heard([address], letter("Dziękujemy."))
    assert customers.waiting == []
    assert {"zofia.gasiorowska@poczta.example", "kasia@kawiarnia-niedziela.example"} <= set(customers.known)


def test_new_letters_come_until_nobody_answers_any_more(door, lively):
    lively(Habits(answers=0, first_news=0, news_every=(0, 0.01), patience=3), {})
    assert until(lambda: len(door.came) >= 3)
    time.sleep(0.3)
    assert len(door.came) == 3
    assert len({str(mail["From"]) for _, mail in door.came}) == 3
    assert {to for to, _ in door.came} == {"sklep@ziarno-i-glina.example"}


def test_each_new_letter_comes_once(door, lively):
    customers = lively(Habits(answers=0, first_news=0, news_every=(0, 0.001), patience=1000), {})
    assert until(lambda: customers.news == [] and len(door.came) == 20)
    time.sleep(0.1)
    assert len({mail["Subject"].split("1")[0] for _, mail in door.came}) == len(door.came) == 20


@pytest.mark.django_db(transaction=True)
def test_the_desk_moves(tmp_path, door):
    """From an agent's answer by the mail server of the demonstration back into the same conversation."""
    port = free_port()
    shop.build(smtp_port=port, is_short=True)
    address = Address.objects.get(value="sklep@ziarno-i-glina.example")
    customers = Customers(("127.0.0.1", door.port), acquaintances(), habits=AT_ONCE)
    customers.start()
    sink = controller(
        tmp_path / "outbox",
        port,
        lambda to, mail: [customers.heard([one], mail) for one in to if "ptak" in one],
    )
    sink.start()
    try:
        conversation = Conversation.objects.get(subject__startswith="Zmiana adresu")
        operations.reply(conversation, text="Poprawione!", agent=shop.Agent.objects.get(name="Anna Nowicka"))
        worker.drain()
        assert until(lambda: door.came)
    finally:
        sink.stop()
        customers.stop()
    ((to, payload),) = door.handler.came
    take_in(address.inbox, payload, recipient=to)
    worker.drain()
    newest = Message.objects.latest("pk")
    assert (newest.conversation, newest.direction, newest.thread_reason) == (
        conversation,
        "in",
        "our_address",
    )
    assert newest.sender.value == "kasia.ptak@poczta.example"
    assert "Poprawione" not in newest.visible_text
    conversation.refresh_from_db()
    assert conversation.status == "open"


@pytest.mark.parametrize("lively_too", [True, False])
def test_the_mail_server_of_the_demonstration_ends_when_told(tmp_path, lively_too):
    port = free_port()
    command = [sys.executable, ROOT / "manage.py", "mailsink", "--port", str(port)]
    command += ["--answer", "127.0.0.1:9"] if lively_too else []
    environment = os.environ | {"OKIENKO_DATA": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout.readline().startswith("letters are kept in ")
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.send_message(letter("Dziękujemy."))
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.send_message(letter("Nie dojdzie."), to_addrs=["nieistnieje@zlikwidowana.example"])
        assert process.stdout.readline() == f"{ZOFIA.address}  Re: Kubek [#10042]\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


def test_the_address_to_answer_to():
    assert address_of("127.0.0.1:8001") == ("127.0.0.1", 8001)
    with pytest.raises(CommandError):
        address_of("gdzieś")
