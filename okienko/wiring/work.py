"""The map of what happens: which channels exist, what follows from what, what runs again and again.

Only lists live here: if a line needs an `if`, it belongs in a room.
"""

from datetime import timedelta

from okienko.accounts import jobs as account_jobs
from okienko.accounts.staff_events import AgentLeft, TeamGivenUp
from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.lmtp import LISTENER as LMTP
from okienko.conversations import belongings, jobs, of_contacts, picture_jobs, reactions, sight
from okienko.conversations.events import (
    ConversationAssigned,
    ConversationOpened,
    DeliveryChanged,
    ReplyWritten,
)
from okienko.events.registry import Reaction, Retry, Scheduled, TaskSpec, Watch
from okienko.inboxes import jobs as mailbox_jobs
from okienko.inboxes import reactions as mailbox_reactions
from okienko.inboxes import sight as mailbox_sight
from okienko.inboxes import watch as mailbox_watch
from okienko.inboxes.events import MailboxChanged, MailboxRunsAgain, MailboxStopped
from okienko.inboxes.operations import CHECK_MAILBOX, PROCESS_ARRIVAL

CHANNELS = [EmailChannel()]

LISTENERS = [LMTP]

REACTIONS = {
    ConversationOpened: [
        Reaction(name="conversations.suggest_related", run=reactions.suggest_related),
    ],
    ReplyWritten: [
        Reaction(name="conversations.send_reply", run=reactions.send_reply),
    ],
    DeliveryChanged: [
        Reaction(name="conversations.send_once_more", run=reactions.send_once_more),
        Reaction(name="conversations.copy_to_sent", run=reactions.copy_to_sent),
    ],
    AgentLeft: [
        Reaction(name="conversations.hand_on_work", run=reactions.hand_on_work),
    ],
    TeamGivenUp: [
        Reaction(name="conversations.move_work_of_team", run=reactions.empty_team),
    ],
    MailboxChanged: [
        Reaction(name="conversations.tell_who_sees_inbox", run=reactions.tell_who_sees_inbox),
    ],
    MailboxStopped: [
        Reaction(name="inboxes.tell_owners_of_stop", run=mailbox_reactions.tell_owners_of_stop),
    ],
    MailboxRunsAgain: [
        Reaction(name="inboxes.tell_owners_of_return", run=mailbox_reactions.tell_owners_of_return),
    ],
}

TASKS = [
    TaskSpec(name=PROCESS_ARRIVAL, task=jobs.process_arrival, retry=Retry(attempts=8)),
    TaskSpec(
        name="conversations.send_message",
        task=jobs.send_message,
        lane="message/{message_id}".format,
        retry=Retry(attempts=8),
    ),
    TaskSpec(
        name="conversations.lay_into_sent",
        task=jobs.copy_to_sent,
        lane="sent/{inbox_id}".format,
        retry=Retry(attempts=10),
    ),
    TaskSpec(
        name=picture_jobs.FETCH,
        task=picture_jobs.fetch_pictures,
        lane="pictures".format,  # one letter at a time: other threads are left for what must go out
        retry=Retry(attempts=2),
    ),
    TaskSpec(name="conversations.sweep", task=jobs.sweep),
    TaskSpec(name="conversations.hand_on", task=jobs.hand_on, lane="agent/{agent_id}".format),
    TaskSpec(name="conversations.empty_team", task=jobs.empty_team, lane="team/{team_id}".format),
    TaskSpec(name="inboxes.watch", task=mailbox_jobs.watch_mailboxes),
    TaskSpec(name=CHECK_MAILBOX, task=mailbox_jobs.check_mailbox, retry=Retry(attempts=2)),
    TaskSpec(name="accounts.sweep", task=account_jobs.sweep),
    TaskSpec(name="accounts.send_reset_link", task=account_jobs.send_reset_link, retry=Retry(attempts=3)),
    TaskSpec(name="inboxes.send_letter", task=mailbox_jobs.send_letter, retry=Retry(attempts=8)),
    TaskSpec(name="inboxes.tell_owner", task=mailbox_jobs.tell_owner, retry=Retry(attempts=8)),
]

SCHEDULES = [
    Scheduled(name="conversations.sweep", task=jobs.sweep, every=timedelta(minutes=1)),
    Scheduled(name="accounts.sweep", task=account_jobs.sweep, every=timedelta(hours=6)),
    Scheduled(name="inboxes.watch", task=mailbox_jobs.watch_mailboxes, every=timedelta(minutes=1)),
]

# What lies with people and in teams: told before they leave, or are given up.
OF_AGENTS = [belongings.unresolved_of, belongings.followed_by]
OF_TEAMS = [belongings.lying_in, belongings.inboxes_of]

# Subjects of events → who may be told that something happened to them. Others are told to nobody.
AUDIENCES = {
    "conversation": sight.audiences,
    "agent": sight.themselves,
    "sight": sight.themselves,
    "inbox": mailbox_sight.audiences,
    "contact": sight.contact_audiences,
}

# What decides which contacts an agent sees.
CONTACT_SIGHT = [sight.of_contacts]
# What goes along when an address is given to another contact, and what the list of contacts says of each.
OF_IDENTITIES = [of_contacts.BELONGINGS]
CONTACT_COLUMNS = {"last_at": of_contacts.last_at, "open_count": of_contacts.open_count}

# What takes something out of somebody's sight → who knew of it before, and is told that it changed.
PARTINGS = {ConversationAssigned: sight.those_who_knew}

# Rooms that show on the status page and in metrics how they are doing.
WATCHES = [Watch(name="inboxes", look=mailbox_watch.look, template="inboxes/_status.html")]

# Templates of rooms above that pages of the engine room use.
ENGINE_TEMPLATES = {"frame": "accounts/desk.html"}
