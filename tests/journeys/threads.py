"""Conversations worth reading, for journeys; what one does in each.

python -m tests.journeys.threads KEY makes them in the demonstration shop and prints their numbers as JSON.
"""

import json
import os
import sys
from datetime import timedelta

import django
from django.apps import apps
from playwright.sync_api import Page, expect

if not apps.ready:  # run by itself
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")
    django.setup()

from tests.journeys.conftest import SHOP, Product
from tests.journeys.conftest import letter as mail

TEXT = "#reply-text"
LONG = 200  # messages
UNREAD = 6  # of them, at the end
TONGUES = {
    "Олена Коваленко": "Доброго дня! Чи можна змінити адресу доставки?",
    "أميرة حسن": "مرحبا، أين طردي؟ رقم الطلب 10482.",
    "Zoë Łącka": "Dziękuję! 😀👩‍👩‍👧‍👦🇺🇦",
}


def write(product: Product, number: int, name: str, text: str, *, key: str):
    """A letter of the customer into an existing conversation."""
    sender = f"{name}@watki.example"
    one = mail(sender=sender, subject=f"Re: [#{number}]", text=text, Message_ID=f"<{key}@watki.example>")
    product.write(one, sender=sender, to=SHOP)


def opened(page: Page, number: int) -> Page:
    page.goto(f"/conversations/{number}/")
    expect(page.locator("#composer-route")).to_contain_text("Do:")
    return page


def letter(inbox, key: str, name: str, text: str, *, minutes_ago: float, answers: str = ""):
    from django.utils import timezone

    from okienko.conversations import operations
    from okienko.inboxes.channel import Inbound, Party, Role

    to = Party("email", inbox.addresses.get(is_primary=True).value, role=Role.TO)
    inbound = Inbound(
        external_id=f"{key}@watki.example",
        fingerprint=f"{abs(hash(key)):064x}",
        sender=Party("email", f"{key.partition('.')[0]}@watki.example", name=name),
        recipients=(to,),
        subject=f"Wątek: {key.partition('.')[0]}",
        text=text,
        received_at=timezone.now() - timedelta(minutes=minutes_ago),
        in_reply_to=(answers,) if answers else (),
    )
    return operations.receive(inbox, inbound)


def long_one(inbox, anna, key: str) -> dict:
    """Two hundred letters of one person, half an hour apart; the eighth from the end is longer than a window."""
    from okienko.conversations import operations

    messages = []
    for number in range(LONG):
        text = f"List numer {number}."
        if number == LONG - UNREAD - 2:
            text = "\n".join([text, *(f"linia {line}" for line in range(60))])
        answers = f"{key}-dlugi.{number - 1}@watki.example" if number else ""
        age = (LONG - number) * 30
        messages.append(
            letter(inbox, f"{key}-dlugi.{number}", "Hanna Długa", text, minutes_ago=age, answers=answers)
        )
    conversation, read = messages[0].conversation, messages[LONG - UNREAD - 1]
    operations.mark_read(conversation, anna, up_to=read)
    return {
        "number": conversation.number,
        "first": messages[0].pk,
        "unread": messages[LONG - UNREAD].pk,
        "folded": messages[LONG - UNREAD - 2].pk,
    }


def main(key: str) -> dict:
    from okienko.accounts.models import Agent
    from okienko.inboxes.models import Inbox

    inbox, anna = Inbox.objects.get(name="Sklep"), Agent.objects.get(name="Anna Nowicka")
    tongues = [
        letter(inbox, f"{key}-jezyk{number}", name, text, minutes_ago=number).conversation.number
        for number, (name, text) in enumerate(TONGUES.items())
    ]
    return {"long": long_one(inbox, anna, key), "tongues": tongues}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
