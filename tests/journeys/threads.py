"""python -m tests.journeys.threads: conversations worth reading, made in the demonstration shop; prints their numbers as JSON."""

import json
import os
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")

LONG = 200  # messages
UNREAD = 6  # of them, at the end
TONGUES = {
    "Олена Коваленко": "Доброго дня! Чи можна змінити адресу доставки?",
    "أميرة حسن": "مرحبا، أين طردي؟ رقم الطلب 10482.",
    "Zoë Łącka": "Dziękuję! 😀👩‍👩‍👧‍👦🇺🇦",
}


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


def long_one(inbox, anna) -> dict:
    """Two hundred letters of one person, half an hour apart; the eighth from the end is longer than a window."""
    from okienko.conversations import operations

    messages = []
    for number in range(LONG):
        text = f"List numer {number}."
        if number == LONG - UNREAD - 2:
            text = "\n".join([text, *(f"linia {line}" for line in range(60))])
        answers = f"dlugi.{number - 1}@watki.example" if number else ""
        age = (LONG - number) * 30
        messages.append(
            letter(inbox, f"dlugi.{number}", "Hanna Długa", text, minutes_ago=age, answers=answers)
        )
    conversation, read = messages[0].conversation, messages[LONG - UNREAD - 1]
    operations.mark_read(conversation, anna, up_to=read)
    return {
        "number": conversation.number,
        "first": messages[0].pk,
        "unread": messages[LONG - UNREAD].pk,
        "folded": messages[LONG - UNREAD - 2].pk,
    }


def main() -> dict:
    import django

    django.setup()
    from okienko.accounts.models import Agent
    from okienko.inboxes.models import Inbox

    inbox, anna = Inbox.objects.get(name="Sklep"), Agent.objects.get(name="Anna Nowicka")
    tongues = [
        letter(inbox, f"jezyk{number}", name, text, minutes_ago=number).conversation.number
        for number, (name, text) in enumerate(TONGUES.items())
    ]
    return {"long": long_one(inbox, anna), "tongues": tongues}


if __name__ == "__main__":
    print(json.dumps(main()))
