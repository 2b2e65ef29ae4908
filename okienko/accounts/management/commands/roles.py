"""docs/roles.md, as it must be."""

from django.core.management.base import BaseCommand
from django.utils import translation

from okienko.accounts.roles import ALL, GROUPS, TEMPLATES, WORDS

HEAD = """# Roles

What somebody may see and do is a set of permission words. Four roles are built in; a shop makes roles of its own in
Settings → Roles, beginning with a template if it likes. Pages ask for words, never for roles. Nobody can give words
they do not hold, or change somebody who holds more than they, and somebody always keeps `people.manage`.

Who sees which conversation does not depend on the role alone: what lies in a closed team or came by a closed inbox is
seen by its members, by whoever it belongs to, by those who follow it or were mentioned, and by those with
`conversations.see_closed`. To everybody else it does not exist.

Without `personal.see` names stay, and e-mail addresses, phone numbers and postal addresses are replaced by words on
every page; a search does not find by them. What people write in unusual ways, and what is in attachments, cannot be
replaced: give `files.see` with that in mind.

This page is made by `okienko roles`.
"""


class Command(BaseCommand):
    help = (
        "Print docs/roles.md: every permission word, who holds it, and the templates of a shop's own roles."
    )

    def handle(self, *args, **options):
        self.stdout.write(document(), ending="")


def document() -> str:
    with translation.override("en"):
        return "\n".join(
            [HEAD, "## Permission words", "", *words(), "", "## Templates", "", *templates(), ""]
        )


def words() -> list[str]:
    lines = [row("Word", "Meaning", "Needs", *WORDS), row(*["---"] * (3 + len(WORDS)))]
    for group in GROUPS:
        lines.append(row(f"**{group.title}**", *[""] * (2 + len(WORDS))))
        for word in group.words:
            held = ["✓" if word.name in holds else "" for holds in WORDS.values()]
            needs = ", ".join(f"`{name}`" for name in word.needs)
            lines.append(row(f"`{word.name}`", f"{word.title}. {word.meaning}", needs, *held))
    return lines


def templates() -> list[str]:
    lines = [row("Template", "Meaning", "Words"), row("---", "---", "---")]
    for template in TEMPLATES:
        held = ", ".join(f"`{name}`" for name in ALL if name in template.words)
        lines.append(row(f"{template.title}", template.meaning, held))
    return lines


def row(*cells) -> str:
    return f"| {' | '.join(map(str, cells))} |"
