"""The map: which channels exist, what follows from what, what runs again and again.

Only lists live here: if a line needs an `if`, it belongs in a room.
"""

from datetime import timedelta

from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.lmtp import LISTENER as LMTP
from okienko.conversations import jobs, reactions, sight
from okienko.conversations.events import ConversationOpened, DeliveryChanged, ReplyWritten
from okienko.events import registry as events
from okienko.events.registry import Reaction, Retry, Scheduled, TaskSpec
from okienko.inboxes import registry as inboxes
from okienko.inboxes.operations import PROCESS_ARRIVAL

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
    TaskSpec(name="conversations.sweep", task=jobs.sweep),
]

SCHEDULES = [
    Scheduled(name="conversations.sweep", task=jobs.sweep, every=timedelta(minutes=1)),
]

# Subjects of events → who may be told that something happened to them. Others are told to nobody.
AUDIENCES = {
    "conversation": sight.audiences,
    "agent": sight.themselves,
}


def connect():
    inboxes.install(CHANNELS, LISTENERS)
    events.connect(reactions=REACTIONS, tasks=TASKS, schedules=SCHEDULES, audiences=AUDIENCES)
