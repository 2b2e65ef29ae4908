"""What follows when a mailbox stops or runs again: the owners are told."""

from okienko.accounts.models import Agent
from okienko.events.models import Event
from okienko.inboxes.events import MailboxRunsAgain, MailboxStopped
from okienko.inboxes.jobs import tell_owner


def tell_owners_of_stop(event: Event):
    fact = MailboxStopped.of(event)
    tell_owners(event, fact.inbox_id, fact.direction, runs_again=False)


def tell_owners_of_return(event: Event):
    fact = MailboxRunsAgain.of(event)
    tell_owners(event, fact.inbox_id, fact.direction, runs_again=True)


def tell_owners(event: Event, inbox_id: int, direction: str, *, runs_again: bool):
    for agent in Agent.objects.with_word("inboxes.manage"):
        tell_owner.enqueue(
            agent_id=agent.pk,
            inbox_id=inbox_id,
            direction=direction,
            event_id=event.pk,
            runs_again=runs_again,
        )
