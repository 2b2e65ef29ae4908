"""Notes: what stays inside, and who is told by it."""

import pytest

from okienko.accounts.models import Agent, Role
from okienko.accounts.operations import add_agent, add_team
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Follow, Mention
from okienko.events.models import Event
from okienko.ui.tests.pages import page


def told(conversation) -> list[str]:
    return sorted(Mention.objects.filter(conversation=conversation).values_list("agent__name", flat=True))


def kinds(conversation) -> list[str]:
    events = Event.objects.filter(subject_type="conversation", subject_id=conversation.pk).order_by("pk")
    return [event.type.partition(".")[2] for event in events]


@pytest.fixture
def conversation(cast):
    return cast.conversation()


def test_somebody_named_is_told_once(cast, conversation):
    note = operations.note(conversation, text="@Bartek zerknij, @Bartek!", agent=cast.anna)
    assert told(conversation) == ["Bartek"]
    assert list(note.mentions.values_list("conversation", flat=True)) == [conversation.pk]
    assert kinds(conversation)[-2:] == ["note_written", "mentioned"]
    assert Event.objects.latest("pk").data == {"conversation_id": conversation.pk, "message_id": note.pk}


def test_a_note_that_names_nobody_tells_nobody(cast, conversation, django_assert_num_queries):
    operations.note(conversation, text="Pisała z @gmail, adres bartek@ziarno.example", agent=cast.anna)
    assert (told(conversation), kinds(conversation)[-1]) == ([], "note_written")
    assert Follow.objects.count() == 0


def test_nobody_tells_themselves(cast, conversation):
    operations.note(conversation, text="@Anna pamiętaj", agent=cast.anna)
    assert told(conversation) == []


def test_a_team_is_its_members_who_work_here(cast, conversation):
    ola, ula = (add_agent(email=f"{n}@z.example", name=n, password=None) for n in ("Ola", "Ula"))
    Agent.objects.filter(pk=ula.pk).update(is_active=False)
    add_team(name="Hurt", members=[cast.bartek, cast.anna, ola, ula])
    operations.note(conversation, text="@Hurt, kto weźmie? @Ola?", agent=cast.anna)
    assert told(conversation) == ["Bartek", "Ola"]


def test_who_reads_nothing_is_told_nothing(cast, conversation):
    role = Role.objects.create(name="Skrzynki", words=["inboxes.manage"])
    Agent.objects.filter(pk=cast.bartek.pk).update(custom_role=role)
    operations.note(conversation, text="@Bartek @Celina", agent=cast.anna)
    assert told(conversation) == ["Celina"]


def test_who_is_named_sees_what_is_closed(cast):
    closed = cast.conversation(cast.books)
    seen = lambda: Conversation.objects.visible_to(cast.anna).filter(pk=closed.pk).exists()  # noqa: E731
    before = seen()
    operations.note(closed, text="@Anna, to do Ciebie", agent=cast.bartek)
    assert (before, seen()) == (False, True)
    assert list(closed.follows.values_list("agent__name", "reason")) == [("Anna", "mentioned")]


def test_who_followed_before_still_does_so_by_choice(cast, conversation):
    Follow.objects.create(conversation=conversation, agent=cast.bartek)
    operations.note(conversation, text="@Bartek", agent=cast.anna)
    assert list(conversation.follows.values_list("reason", flat=True)) == ["following"]


def test_the_name_is_marked_and_the_rest_is_text(anna, cast, conversation):
    operations.note(conversation, text="<b> @Bartek & https://x.example", agent=cast.anna)
    body = page(anna.get(f"/conversations/{conversation.number}/")).one(cls="note__body")
    assert body.one(cls="mention").words == "@Bartek"
    assert body.words == "<b> @Bartek & https://x.example"
    assert len(body.every("a")) == 1


def test_names_to_choose_from_are_on_the_page(anna, cast, conversation):
    offered = page(anna.get(f"/conversations/{conversation.number}/")).one(id="mentions").every("li")
    assert [each.attributes["data-name"] for each in offered] == ["Bartek", "Celina", "Księgowość"]
