"""Raw letters as they come over the wire, and the way through the house."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.utils import timezone

from okienko.conversations.models import Message
from okienko.events import worker
from okienko.inboxes.models import Arrival, Inbox
from okienko.inboxes.operations import add_brand, add_inbox, take_in

SHOP = "sklep@ziarno.example"
ZOFIA, SPOUSE, STRANGER = "zofia@klient.example", "adam@klient.example", "obcy@inny.example"


def letter(
    *,
    sender=ZOFIA,
    to=SHOP,
    subject="Gdzie jest moja paczka?",
    text="Dzień dobry, czekam na paczkę.",
    **headers,
) -> bytes:
    """Headers by name with _ for -; None leaves one out."""
    mail = EmailMessage(policy=SMTP)
    given = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": format_datetime(timezone.now()),
        "Message-ID": f"<{abs(hash((sender, subject, text)))}@klient.example>",
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value is not None:
            mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


@dataclass
class Post:
    """Two mailboxes of one shop. `sent`: what the fake mail server was given."""

    shop: Inbox
    other: Inbox
    sent: list[bytes] = field(default_factory=list)

    def arrives(self, raw: bytes, *, inbox: Inbox | None = None) -> Message:
        """Through the whole house: stored, read, placed."""
        arrival = take_in(inbox or self.shop, raw)
        worker.drain(queues=("default",))
        arrival = Arrival.objects.get(pk=arrival.pk)
        assert arrival.state == Arrival.State.DONE
        return Message.objects.get(sightings__arrival=arrival)

    def imports(self, raw: bytes, *, settled: bool) -> Message:
        """As an import of old mail brings it."""
        arrival = take_in(self.shop, raw, quiet=True)
        Arrival.objects.filter(pk=arrival.pk).update(is_settled=settled)
        worker.drain(queues=("default",))
        return Message.objects.get(sightings__arrival=arrival)


def post() -> Post:
    brand = add_brand(name="Ziarno i Glina", sender_name="Ziarno i Glina")
    config = {"plus_addressing": True, "host": "127.0.0.1", "port": 1}
    shop = add_inbox(brand=brand, name="Sklep", kind="email", address=SHOP, config=config)
    return Post(shop, add_inbox(brand=brand, name="Biuro", kind="email", address="biuro@ziarno.example"))
