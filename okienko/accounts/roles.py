"""What each role may do, as sets of permission words. Code asks for words, never for roles.

docs/roles.md is made from this file by `okienko roles`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Word:
    """One thing that may be done. `needs`: words that make no sense to be without; they come along."""

    name: str
    title: str | Promise
    meaning: str | Promise
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    name: str
    title: str | Promise
    words: tuple[Word, ...]


READ = "conversations.read"
WORK = "conversations.work"

GROUPS = (
    Group(
        "conversations",
        _("Conversations"),
        (
            Word(
                READ,
                _("Read conversations"),
                _("Opens and searches conversations, without changing anything."),
            ),
            Word(
                WORK,
                _("Answer customers"),
                _("Answers, writes notes, tags, resolves, takes conversations and hands on their own."),
                (READ,),
            ),
            Word(
                "conversations.assign_others",
                _("Redistribute work"),
                _("Also hands on conversations that belong to somebody else."),
                (READ, WORK),
            ),
            Word(
                "conversations.delete",
                _("Delete conversations"),
                _("Moves conversations to the trash and empties it."),
                (READ, WORK),
            ),
            Word(
                "conversations.see_closed",
                _("See closed teams and inboxes"),
                _("Sees every conversation, also those of closed teams and closed inboxes."),
                (READ,),
            ),
        ),
    ),
    Group(
        "personal",
        _("Personal data"),
        (
            Word(
                "personal.see",
                _("See addresses and phone numbers"),
                _(
                    "Sees customers' e-mail addresses, phone numbers and postal addresses. Names are always shown."
                ),
            ),
            Word(
                "files.see",
                _("Open attachments"),
                _("Sees and saves files and pictures that came with letters."),
            ),
            Word(
                "raw.see",
                _("See original letters"),
                _("Saves letters exactly as they came, with everything a cleaner view leaves out."),
                ("personal.see", "files.see"),
            ),
            Word(
                "contacts.erase",
                _("Erase customers"),
                _("Erases a customer's data for good when the law asks for it."),
                ("personal.see",),
            ),
        ),
    ),
    Group(
        "office",
        _("The office"),
        (
            Word("teams.manage", _("Teams"), _("Makes teams, closes them, and chooses their members.")),
            Word(
                "status.see", _("Status"), _("Sees how the engine room is doing and is told when mail stops.")
            ),
            Word(
                "audit.see",
                _("Audit log"),
                _("Sees who changed what and who looked at customers' data, and saves it as a file."),
            ),
            Word(
                "people.manage",
                _("People and roles"),
                _("Invites people, gives them roles, makes roles, and ends somebody's work here."),
                ("teams.manage",),
            ),
            Word("inboxes.manage", _("Mailboxes"), _("Connects and changes mailboxes and brands.")),
        ),
    ),
)
ALL = {word.name: word for group in GROUPS for word in group.words}

AGENT = frozenset({READ, WORK, "personal.see", "files.see"})
LEAD = AGENT | {"conversations.delete", "conversations.assign_others"}
MANAGER = LEAD | {"conversations.see_closed", "teams.manage", "status.see", "audit.see"}
OWNER = MANAGER | {"people.manage", "inboxes.manage", "contacts.erase", "raw.see"}

WORDS = {"agent": AGENT, "lead": LEAD, "manager": MANAGER, "owner": OWNER}


@dataclass(frozen=True)
class Template:
    """What a new role of the shop's own may begin with."""

    name: str
    title: str | Promise
    meaning: str | Promise
    words: frozenset[str]


TEMPLATES = (
    Template(
        "warehouse",
        _("Warehouse"),
        _(
            "Reads what customers write and sees their pictures of damage, without addresses and phone numbers."
        ),
        frozenset({READ, "files.see"}),
    ),
    Template(
        "accounting",
        _("Accounting"),
        _("Reads conversations and opens invoices in the attachments, without addresses and phone numbers."),
        frozenset({READ, "files.see"}),
    ),
    Template(
        "partner",
        _("Partner"),
        _("Somebody from outside, such as a supplier: reads texts only, without files and personal data."),
        frozenset({READ}),
    ),
)


def complete(words) -> frozenset[str]:
    """The known ones of `words`, with those they need."""
    known = {word for word in words if word in ALL}
    return frozenset(known.union(*(ALL[word].needs for word in known)))
