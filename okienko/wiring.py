"""The map: which channels exist, what follows from what, what runs again and again.

Only lists live here: if a line needs an `if`, it belongs in a room.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from okienko.accounts import audit, audit_lines, settings_pages
from okienko.accounts import belongings as people_belongings
from okienko.accounts import jobs as account_jobs
from okienko.accounts.audit import Kind, Subject
from okienko.accounts.settings_pages import SettingsPage
from okienko.accounts.staff_events import AgentLeft, TeamGivenUp
from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.lmtp import LISTENER as LMTP
from okienko.conversations import audit as conversation_audit
from okienko.conversations import belongings, jobs, reactions, sight
from okienko.conversations.events import (
    ConversationAssigned,
    ConversationOpened,
    DeliveryChanged,
    ReplyWritten,
)
from okienko.events import registry as events
from okienko.events.registry import Reaction, Retry, Scheduled, TaskSpec, Watch
from okienko.inboxes import audit as mailbox_audit
from okienko.inboxes import jobs as mailbox_jobs
from okienko.inboxes import reactions as mailbox_reactions
from okienko.inboxes import registry as inboxes
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
}

# What takes something out of somebody's sight → who knew of it before, and is told that it changed.
PARTINGS = {ConversationAssigned: sight.those_who_knew}

# Rooms that show on the status page and in metrics how they are doing.
WATCHES = [Watch(name="inboxes", look=mailbox_watch.look, template="inboxes/_status.html")]

# Templates of rooms above that pages of the engine room use.
ENGINE_TEMPLATES = {"frame": "accounts/desk.html"}

# What the audit log shows, sorted as one looks for it. Types of events that are not here are not shown.
AUDIT = [
    Kind("people", _("People and roles"), audit_lines.PEOPLE),
    Kind("entrance", _("Signing in"), audit_lines.ENTRANCE),
    Kind("settings", _("Settings"), (*audit_lines.OFFICE, *mailbox_audit.LINES)),
    Kind("personal", _("Looking at customers' data"), (*conversation_audit.LOOKED, *audit_lines.EXPORTS)),
    Kind("conversations", _("Conversations"), conversation_audit.CHANGES),
]
AUDIT_SUBJECTS = {
    "agent": Subject(audit_lines.agents, find=audit_lines.agent_called),
    "team": Subject(audit_lines.teams),
    "role": Subject(audit_lines.own_roles),
    "conversation": Subject(conversation_audit.conversations, find=conversation_audit.numbered),
    "tag": Subject(conversation_audit.tags),
    "inbox": Subject(mailbox_audit.inboxes, find=mailbox_audit.inbox_called),
    "brand": Subject(mailbox_audit.brands),
}

SETTINGS_PAGES = [
    SettingsPage(
        name="account",
        title=_("Your account"),
        words=_("Name, photo, signatures, looks, password, devices and API tokens."),
        url_name="accounts:account",
        permission="",
        icon="user",
        keywords=_(
            "profile photo avatar signature language theme dark light density shortcuts password token API"
        ),
    ),
    SettingsPage(
        name="mailboxes",
        title=_("Mailboxes"),
        words=_("The addresses your customers write to: connect, check, bring in old letters."),
        url_name="inboxes:mailboxes",
        permission="inboxes.manage",
        icon="mail",
        keywords=_(
            "mail e-mail inbox address alias IMAP SMTP server password Gmail Outlook brand import SPF DKIM"
        ),
    ),
    SettingsPage(
        name="sign_in",
        title=_("Signing in"),
        words=_("What signing in takes: a second factor for everybody, providers, letters with links."),
        url_name="office_sign_in",
        permission="people.manage",
        icon="lock",
        keywords=_("password second factor 2FA MFA passkey TOTP OpenID Google Microsoft SSO login security"),
    ),
    SettingsPage(
        name="people",
        title=_("People"),
        words=_(
            "Who works here: invite, give roles and teams, and what becomes of the work of those who leave."
        ),
        url_name="staff:people",
        permission="people.manage",
        icon="people",
        keywords=_("agent user account invitation invite colleague employee leave dismiss role team"),
    ),
    SettingsPage(
        name="teams",
        title=_("Teams"),
        words=_("Who shares a queue, and which teams are closed to everybody else."),
        url_name="staff:teams",
        permission="teams.manage",
        icon="board",
        keywords=_("team group department closed private members queue"),
    ),
    SettingsPage(
        name="roles",
        title=_("Roles"),
        words=_("What people may see and do; roles of your own, such as a warehouse without personal data."),
        url_name="staff:roles",
        permission="people.manage",
        icon="shield",
        keywords=_("role permission right access personal data GDPR warehouse accounting partner"),
    ),
    SettingsPage(
        name="audit",
        title=_("Audit log"),
        words=_("Who changed what, and who looked at customers' data."),
        url_name="audit",
        permission="audit.see",
        icon="list",
        keywords=_("history events log GDPR security who when export CSV"),
    ),
    SettingsPage(
        name="status",
        title=_("Status"),
        words=_("How the engine room is doing: mailboxes, jobs, what was set aside."),
        url_name="status",
        permission="status.see",
        icon="chart",
        keywords=_("health metrics queue jobs errors worker"),
    ),
]


def connect():
    inboxes.install(CHANNELS, LISTENERS)
    settings_pages.install(SETTINGS_PAGES)
    audit.install(AUDIT, AUDIT_SUBJECTS)
    people_belongings.install(of_agents=OF_AGENTS, of_teams=OF_TEAMS)
    events.connect(
        reactions=REACTIONS, tasks=TASKS, schedules=SCHEDULES, audiences=AUDIENCES, watches=WATCHES,
        templates=ENGINE_TEMPLATES, partings=PARTINGS,
    )  # fmt: skip
