"""Work of the queue that concerns mailboxes."""

import json
from datetime import timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from okienko.accounts.models import Agent
from okienko.inboxes import notices, oauth, registry
from okienko.inboxes.models import Checkup, Inbox
from okienko.inboxes.operations import checkups, credentials, watching
from okienko.inboxes.source import Step, Verdict
from okienko.lib import crypto

TOO_OLD = timedelta(minutes=15)  # a trial that nobody waits for any more


@task
def watch_mailboxes():
    """Every minute: has a mailbox stopped fetching or sending?"""
    watching.tell_what_has_stopped()


@task(queue_name="network")
def check_mailbox(checkup_id: int):
    """Try a mailbox out; the page shows each step as it comes."""
    checkup = Checkup.objects.select_related("inbox__brand").get(pk=checkup_id)
    if checkup.finished_at or timezone.now() - checkup.created_at > TOO_OLD:
        return
    checkups.begin_again(checkup)
    facts: dict[str, str] = {}
    with translation.override(checkup.language):
        for step in steps(checkup.inbox, checkup.token):
            checkups.add_step(checkup, step)
            facts.update(step.facts)
    checkups.finish(checkup, facts)


def steps(inbox: Inbox, token: str):
    """The channel's own trials; where the provider's permission is gone there is nothing else to try."""
    try:
        config = credentials.connecting_config(inbox)
    except oauth.ConsentError as error:
        yield Step("imap_login", Verdict.FAILED, error.reason)
        return
    address = inbox.addresses.get(is_primary=True).value
    try:
        yield from registry.checkable_for(inbox.kind).examine(config, address=address, token=token)
    except Exception as error:  # noqa: BLE001 - told to the person who waits for it
        words = _("The trial broke off inside Okienko (%s). Try again.") % type(error).__name__
        yield Step("trial", Verdict.FAILED, words)


@task(queue_name="network")
def tell_owner(agent_id: int, inbox_id: int, direction: str, event_id: int, runs_again: bool):
    """Write to one owner, by another mailbox, that one has stopped or runs again."""
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    inbox = Inbox.objects.select_related("brand").filter(pk=inbox_id).first()
    if agent is None or inbox is None:
        return
    with translation.override(agent.language):
        notices.tell(agent, inbox, direction, runs_again=runs_again, key=f"{event_id}.{agent_id}")


@task(queue_name="network")
def send_letter(sealed: str, key: str):
    """A letter of the product to one address. `sealed`: encrypted JSON of to, subject, text; it may hold a link
    that lets somebody in, so it lies readable nowhere."""
    letter = json.loads(crypto.decrypt(sealed))
    notices.write(letter["to"], letter["subject"], letter["text"], key=key)
