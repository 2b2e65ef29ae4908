"""Forms that begin a conversation, filled in, for tests."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from okienko.conversations.models import Conversation, Message
from okienko.conversations.tests.desk_cast import Cast
from okienko.inboxes.models import Inbox
from okienko.ui.tests.pages import page

HTMX = {"HX-Request": "true"}
NEW = "/conversations/new/"
CALL = f"{NEW}?kind=call"


def with_servers(cast: Cast) -> Cast:
    """Both mailboxes can send."""
    Inbox.objects.update(config={"host": "127.0.0.1", "port": 1})
    return cast


def letter(cast: Cast, **more) -> dict:
    form = {"to": "nowa@klient.example", "inbox": cast.shop.pk, "subject": "Kubek", "text": "Jest\r\ngotowy."}
    return form | {"token": str(uuid4())} | more


def call(**more) -> dict:
    form = {
        "who": "501 502 503",
        "direction": "in",
        "at": moment(),
        "minutes": "12",
        "text": "Wymieniamy.",
        "outcome": "done",
    }
    return form | {"token": str(uuid4())} | more


def moment(**later) -> str:
    """As the browser sends it: now, or so much later."""
    return (timezone.localtime() + timedelta(**later)).strftime("%Y-%m-%dT%H:%M")


def faults(response) -> list[str]:
    """What stands below the fields of a form that was refused."""
    assert response.status_code == 422
    return [each.words for each in page(response).every(cls="field__error")]


def only() -> Message:
    """The newest message, in the only conversation."""
    assert Conversation.objects.count() == 1
    return Message.objects.latest("pk")
