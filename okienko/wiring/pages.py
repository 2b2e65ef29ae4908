"""The map of what is seen: places to go, sections of pages, settings, the audit log.

Only lists live here: if a line needs an `if`, it belongs in a room.
"""

from django.utils.translation import gettext_lazy as _

from okienko.accounts import audit_lines
from okienko.accounts.audit import Kind, Subject
from okienko.accounts.settings_pages import SettingsPage
from okienko.contacts import audit as contact_audit
from okienko.conversations import audit as conversation_audit
from okienko.inboxes import audit as mailbox_audit
from okienko.ui.navigation import Place
from okienko.ui.panels import Act, Panel

# Where one can go from every page.
NAVIGATION = [
    Place(
        name="conversations", title=_("Conversations"), url_name="conversations:list", icon="inbox",
        permission="conversations.read", keys="g i",
    ),
    Place(
        name="contacts", title=_("Customers"), url_name="contacts:list", icon="people",
        permission="conversations.read", keys="g c",
    ),
]  # fmt: skip

# Sections of pages that other rooms bring.
PANELS = [
    Panel(
        name="reach", title=_("How to reach them"), of="customer", url_name="contacts:panel_reach",
        topics="contact/{key}",
    ),
    Panel(
        name="suggestions", title=_("Perhaps the same matter"), of="conversation",
        url_name="conversations:panel_suggestions",
    ),
    Panel(
        name="parts", title=_("Joined here"), of="conversation", url_name="conversations:panel_parts",
    ),
    Panel(
        name="others", title=_("The same person also wrote"), of="conversation",
        url_name="conversations:panel_others",
    ),
    Panel(
        name="notes", title=_("Notes about the customer"), of="customer", url_name="contacts:panel_notes",
        topics="contact/{key}",
    ),
    Panel(
        name="files", title=_("Files"), of="conversation", url_name="conversations:panel_files",
        permission="files.see",
    ),
    Panel(
        name="notes", title=_("Notes about the customer"), of="contact", url_name="contacts:panel_notes",
        topics="contact/{key}",
    ),
    Panel(
        name="story", title=_("Everything so far"), of="contact", url_name="customer_story",
        topics="contact/{key} conversation/",
    ),
]  # fmt: skip

# Ways on from what a page is about.
ACTS = [
    Act(
        name="write", title=_("Write"), of="contact", url_name="conversations:new", icon="edit",
        permission="conversations.work", query="?kind=mail&contact={key}",
    ),
    Act(
        name="call", title=_("Write down a phone call"), of="contact", url_name="conversations:new", icon="phone",
        permission="conversations.work", query="?kind=call&contact={key}",
    ),
]  # fmt: skip

# The frame of a section that is looked at by itself.
PANEL_FRAME = "accounts/desk.html"

# What the audit log shows, sorted as one looks for it. Types of events that are not here are not shown.
AUDIT = [
    Kind("people", _("People and roles"), audit_lines.PEOPLE),
    Kind("entrance", _("Signing in"), audit_lines.ENTRANCE),
    Kind("settings", _("Settings"), (*audit_lines.OFFICE, *mailbox_audit.LINES)),
    Kind("personal", _("Looking at customers' data"), (*conversation_audit.LOOKED, *audit_lines.EXPORTS)),
    Kind("conversations", _("Conversations"), conversation_audit.CHANGES),
    Kind("contacts", _("Customers"), contact_audit.CHANGES),
]
AUDIT_SUBJECTS = {
    "agent": Subject(audit_lines.agents, find=audit_lines.agent_called),
    "team": Subject(audit_lines.teams),
    "role": Subject(audit_lines.own_roles),
    "conversation": Subject(conversation_audit.conversations, find=conversation_audit.numbered),
    "tag": Subject(conversation_audit.tags),
    "contact": Subject(contact_audit.contacts),
    "word": Subject(contact_audit.tags),
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
