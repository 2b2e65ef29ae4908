"""Whatever two conversations hold: joined and parted again, every row of every table is as it was."""

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okienko.conversations import operations
from okienko.conversations.models import Conversation, Follow, Joining, Mention
from okienko.conversations.tests.desk_cast import Cast, cast
from okienko.events.log import Actor
from okienko.inboxes.channel import Automatic, Party

# What happens is recorded anew; everything else is as it was.
RECORDED = {"events", "accounts", "sessions", "django_tasks"}
WRITERS = [
    Party("email", "zofia@klient.example", name="Zofia"),
    Party("email", "adam@klient.example", name="Adam"),
]


def everything() -> dict[str, list]:
    """Every row of every table of ours by its key, without the log of events and the joins themselves."""
    models = [model for model in apps.get_models(include_auto_created=True) if model is not Joining]
    ours = [model for model in models if model._meta.app_label not in RECORDED]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in ours}


@dataclass(frozen=True)
class Act:
    name: str
    conversation: int
    who: int


acts = st.builds(
    Act,
    st.sampled_from(
        ["letter", "machine", "reply", "note", "mention", "tag", "same_tag", "resolve", "reopen", "read", "follow",
         "link", "suggest"]
    ),
    st.integers(0, 1),
    st.integers(0, 1),
)  # fmt: skip


class Office:
    def __init__(self, people: Cast, writers: tuple[int, int]):
        self.people, self.agents = people, [people.anna, people.bartek]
        self.pair = [people.conversation(sender=WRITERS[who], subject=f"Sprawa {who}") for who in writers]
        self.third = people.conversation(subject="Trzecia")

    def do(self, act: Act):
        getattr(self, act.name)(self.pair[act.conversation], act.who)

    def letter(self, conversation: Conversation, who: int, **more):
        first = conversation.messages.order_by("pk").first()
        known = (first.external_id,) if first else ()
        self.people.letter(sender=WRITERS[who], in_reply_to=known, **more)

    def machine(self, conversation: Conversation, who: int):
        self.letter(conversation, who, automatic=Automatic.REPLY)

    def reply(self, conversation: Conversation, who: int):
        operations.reply(conversation, text="Już.", agent=self.agents[who])

    def note(self, conversation: Conversation, who: int):
        operations.note(conversation, text="Do wiadomości.", agent=self.agents[who])

    def mention(self, conversation: Conversation, who: int):
        message = operations.note(conversation, text="Spójrz.", agent=self.agents[who])
        Mention.objects.create(message=message, conversation=conversation, agent=self.agents[1 - who])

    def tag(self, conversation: Conversation, who: int):
        operations.tag(conversation, f"słowo {who}", actor=Actor.agent(self.agents[who]))

    def same_tag(self, conversation: Conversation, who: int):
        operations.tag(conversation, "wspólne", actor=Actor.agent(self.agents[who]))

    def resolve(self, conversation: Conversation, who: int):
        operations.resolve(conversation, actor=Actor.agent(self.agents[who]))

    def reopen(self, conversation: Conversation, who: int):
        operations.reopen(conversation, actor=Actor.agent(self.agents[who]))

    def read(self, conversation: Conversation, who: int):
        seen = conversation.messages.order_by("pk")[who : who + 1]
        for message in seen:
            operations.mark_read(conversation, self.agents[who], up_to=message)

    def follow(self, conversation: Conversation, who: int):
        Follow.objects.get_or_create(conversation=conversation, agent=self.agents[who])

    def link(self, conversation: Conversation, who: int):
        operations.link(conversation, self.third, "continues", actor=Actor.agent(self.agents[who]))

    def suggest(self, conversation: Conversation, who: int):
        others = [one.pk for one in [*self.pair, self.third] if one != conversation]
        operations.suggest(conversation, others)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(done=st.lists(acts, max_size=8), writers=st.tuples(st.integers(0, 1), st.integers(0, 1)))
def test_joined_and_parted_everything_is_as_it_was(db, done, writers):
    with transaction.atomic():
        office = Office(cast(), writers)
        for act in done:
            office.do(act)
        before = everything()
        joining = operations.join(*office.pair, agent=office.people.anna)
        assert everything() != before
        operations.separate(joining, agent=office.people.anna)
        assert everything() == before
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(
    done=st.lists(acts, max_size=6),
    since=st.lists(acts.filter(lambda act: act.conversation == 1), max_size=6),
    writers=st.tuples(st.integers(0, 1), st.integers(0, 1)),
)
def test_what_went_comes_back_and_what_came_since_stays(db, done, since, writers):
    with transaction.atomic():
        office = Office(cast(), writers)
        for act in done:
            office.do(act)
        source, target = office.pair
        theirs = {one.pk: set(one.messages.values_list("pk", flat=True)) for one in office.pair}
        joining = operations.join(source, target, agent=office.people.anna)
        for act in since:
            office.do(act)
        new = set(target.messages.values_list("pk", flat=True)) - theirs[source.pk] - theirs[target.pk]
        operations.separate(joining, agent=office.people.anna)

        assert set(source.messages.values_list("pk", flat=True)) == theirs[source.pk]
        assert set(target.messages.values_list("pk", flat=True)) == theirs[target.pk] | new
        for one in (Conversation.objects.get(pk=source.pk), Conversation.objects.get(pk=target.pk)):
            assert one.last_message_id in theirs[one.pk] | new
            assert one.waiting_since is None or one.status == "open"
            assert one.episodes.filter(resolved_at=None).count() == (one.status != "resolved")
        transaction.set_rollback(True)
