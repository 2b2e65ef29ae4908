"""What a page that begins a conversation is given: whom it is with, and what is open with them already."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from okienko.contacts.models import Contact, Identity
from okienko.conversations import people
from okienko.conversations.models import Conversation
from okienko.conversations.operations.reaching import used_by
from okienko.inboxes.models import Inbox
from okienko.lib import phones
from okienko.ui.personal import WORD

KINDS = {"mail": _("E-mail"), "call": _("Phone call"), "visit": _("Visit to the shop")}
MOST_MATTERS = 3
MOST_ASKED = 10  # people whose open conversations are looked for


@dataclass(frozen=True)
class Given:
    """What the link that led here names: `kind` of beginning, `persons` chosen, the conversation a talk belongs to."""

    kind: str
    persons: tuple[people.Person, ...] = ()
    conversation: Conversation | None = None
    unreached: Contact | None = None  # was named, and has no address that serves

    @property
    def purpose(self) -> str:
        return people.MAIL if self.kind == "mail" else people.TALK

    @property
    def contacts(self) -> list[int]:
        return [one.contact.pk for one in self.persons]


def kind_in(request) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in KINDS else "mail"


def given_to(request) -> Given:
    """404 where the link names what the agent may not see."""
    asked, agent = request.GET, request.user
    kind = kind_in(request)
    purpose = Given(kind).purpose
    conversation, contact = None, None
    if number := key_in(asked, "conversation"):
        seen = Conversation.objects.visible_to(agent).numbered(number).select_related("contact", "brand")
        conversation = get_object_or_404(seen)
        contact = conversation.contact
    elif pk := key_in(asked, "to"):
        contact = get_object_or_404(Contact.objects.visible_to(agent), identities=pk)
        if named := people.chosen([f"identity:{pk}"], agent, purpose):
            return Given(kind, tuple(named))
    elif pk := key_in(asked, "contact"):
        contact = get_object_or_404(Contact.objects.visible_to(agent), pk=pk)
    persons = people.people([contact], agent, purpose)[:1] if contact else []
    inside = conversation if kind != "mail" else None
    return Given(kind, tuple(persons), inside, None if persons else contact)


def key_in(given, name: str) -> int:
    asked = given.get(name, "")
    if not asked:
        return 0
    if not asked.isdecimal():
        raise Http404
    return int(asked[:18])


def suggested(offered: QuerySet[Inbox], contacts: list[int]) -> Inbox | None:
    """The mailbox the first of these people last wrote to, else the first one that is not closed."""
    used = used_by(contacts[0], offered.order_by().values("pk")) if contacts else None
    return used or offered.filter(is_closed=False).first() or offered.first()


def matters_of(agent, contacts: list[int]) -> list[Conversation]:
    """What is open with these people already, as far as the agent may see it: there, too, it could be written."""
    unsettled = Conversation.objects.visible_to(agent).filter(
        status__in=[Conversation.Status.OPEN, Conversation.Status.WAITING],
        contact__in=contacts[:MOST_ASKED],
        merged_into=None,
    )
    return list(unsettled.select_related("contact").order_by("-last_activity_at", "-pk")[:MOST_MATTERS])


def asked_for(asked, agent, purpose: str) -> list[int]:
    """Keys of the contacts whom a half-filled form names: those chosen, then those whose address or number was typed."""
    keys = [key for name in ("to_person", "who_person") for key in asked.getlist(name)[:MOST_ASKED]]
    found = [one.contact.pk for one in people.chosen(keys, agent, purpose)]
    if not agent.may(WORD):  # whose addresses are whose is not told to them
        return found
    values = [one.value for one in people.written(asked.get("to", "")[:1000])[0][:MOST_ASKED]]
    party, _name = people.met(asked.get("who", "")[:200], phones.HOME)
    values += [party.value] if party else []
    visible = Contact.objects.visible_to(agent).values("pk")
    known = Identity.objects.filter(value__in=values, contact__in=visible)
    return [*found, *known.order_by("pk").values_list("contact_id", flat=True)]
