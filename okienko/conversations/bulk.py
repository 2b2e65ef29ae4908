"""Several conversations at once, each by its ordinary operation; what could not be done to one is told by its number."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from okienko.accounts.models import Agent, Team
from okienko.conversations import operations, rights
from okienko.conversations.models import Conversation
from okienko.conversations.models.conversation import FIRST_NUMBER
from okienko.events.log import Actor

MOST = 100
MOST_NAMED = 10  # numbers in one sentence


@dataclass(frozen=True)
class Wish:
    """Who wants it, and what an act needs besides."""

    agent: Agent
    to: Agent | Team | None = None
    tag: str = ""

    @property
    def actor(self) -> Actor:
        return Actor.agent(self.agent)


@dataclass(frozen=True)
class Act:
    """`does`: does it. `is_so`: nothing is left to do. `opposite`: the act that takes it back, "" for none.

    `of_set_aside`: may what lies in spam or trash be meant?
    """

    does: Callable[[Conversation, Wish], object]
    is_so: Callable[[Conversation, Wish], bool]
    said: Callable  # how many, in words
    opposite: str = ""
    of_set_aside: bool = False
    hands_on: bool = False


def hand_over(conversation: Conversation, wish: Wish):
    act = operations.assign_team if isinstance(wish.to, Team) else operations.assign
    act(conversation, wish.to, actor=wish.actor)


def is_with(conversation: Conversation, wish: Wish) -> bool:
    held = conversation.team_id if isinstance(wish.to, Team) else conversation.assignee_id
    return held == (wish.to.pk if wish.to else None)


def by(operation: Callable) -> Callable[[Conversation, Wish], object]:
    return lambda conversation, wish: operation(conversation, actor=wish.actor)


def has(*statuses: str) -> Callable[[Conversation, Wish], bool]:
    return lambda conversation, _wish: conversation.status in statuses


Status = Conversation.Status
ACTS = {
    "assign": Act(hand_over, is_with, ngettext_lazy("%(count)d conversation handed over", "%(count)d conversations handed over", "count"), hands_on=True),
    "resolve": Act(by(operations.resolve), has(Status.RESOLVED), ngettext_lazy("%(count)d conversation resolved", "%(count)d conversations resolved", "count"), opposite="reopen"),
    "reopen": Act(by(operations.reopen), has(Status.OPEN, Status.WAITING), ngettext_lazy("%(count)d conversation opened again", "%(count)d conversations opened again", "count")),
    "tag": Act(lambda one, wish: operations.tag(one, wish.tag, actor=wish.actor), lambda one, wish: one.tags.filter(name__iexact=wish.tag).exists(), ngettext_lazy("%(count)d conversation tagged", "%(count)d conversations tagged", "count")),
    "spam": Act(by(operations.mark_spam), has(Status.SPAM), ngettext_lazy("%(count)d conversation marked as spam", "%(count)d conversations marked as spam", "count"), opposite="restore", of_set_aside=True),
    "trash": Act(by(operations.trash), has(Status.TRASHED), ngettext_lazy("%(count)d conversation moved to the trash", "%(count)d conversations moved to the trash", "count"), opposite="restore", of_set_aside=True),
    "restore": Act(by(operations.restore), has(Status.OPEN, Status.WAITING, Status.RESOLVED), ngettext_lazy("%(count)d conversation put back", "%(count)d conversations put back", "count"), of_set_aside=True),
}  # fmt: skip


@dataclass
class Outcome:
    """Keys of the conversations: those that were changed, those that were not and why ("" : it was so before)."""

    name: str
    done: list[int] = field(default_factory=list)
    left: dict[str, list[int]] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What happened, for whoever asked for it."""
        happened = [str(ACTS[self.name].said % {"count": len(self.done)})] if self.done else []
        left = [why(reason, _named(keys)) for reason, keys in self.left.items() if reason]
        return ". ".join([*happened, *left]) or _("Nothing to do: it was so before.")

    @property
    def is_whole(self) -> bool:
        return not any(self.left)


def why(reason: str, numbers: str) -> str:
    return {
        "gone": _("Not found, or no longer for you to see: %(numbers)s"),
        "others": _("Somebody else's, left with them: %(numbers)s"),
        "aside": _("In spam or trash, put them back first: %(numbers)s"),
    }[reason] % {"numbers": numbers}


def _named(keys: list[int]) -> str:
    numbers = [f"#{FIRST_NUMBER + pk}" for pk in keys[:MOST_NAMED]]
    return ", ".join(numbers) + (" …" if len(keys) > MOST_NAMED else "")


def carried_out(name: str, keys: Iterable[int], wish: Wish) -> Outcome:
    """Do it to each of the conversations with these keys that it can be done to."""
    keys, outcome = list(dict.fromkeys(keys)), Outcome(name)
    seen = Conversation.objects.visible_to(wish.agent).alive().in_bulk(keys)
    for pk in keys:
        conversation = seen.get(pk)
        reason = hindrance(ACTS[name], conversation, wish)
        if reason is not None:
            outcome.left.setdefault(reason, []).append(pk)
            continue
        ACTS[name].does(conversation, wish)
        outcome.done.append(pk)
    return outcome


def hindrance(act: Act, conversation: Conversation | None, wish: Wish) -> str | None:
    """Why it is not done to this one; "": nothing is left to do; None: nothing hinders."""
    if conversation is None:
        return "gone"
    if conversation.is_set_aside and not act.of_set_aside:
        return "aside"
    if act.is_so(conversation, wish):
        return ""
    if act.hands_on and not rights.may_hand_on(wish.agent, conversation):
        return "others"
    return None
