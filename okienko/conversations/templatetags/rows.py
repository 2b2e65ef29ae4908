"""The parts of a row of the list that differ most; there are fifty rows on a page, and tags are made faster than templates."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from okienko.accounts.templatetags.people import avatar
from okienko.ui.templatetags.ui import ago, waits

register = template.Library()


@register.simple_tag
def pick(row: dict) -> str:
    """The box to select the row with."""
    shape = (
        '<input class="conversation-pick" type="checkbox" name="number" value="{}" form="bulk" '
        'data-keys="x" aria-label="{} {}, #{}">'
    )
    return format_html(shape, row["number"], _("Select:"), row["name"], row["number"])


@register.simple_tag(takes_context=True)
def lately(context, row: dict) -> str:
    """By which channel the last word came, and when."""
    shape = '<span class="icon icon--{}" role="img" title="{}" aria-label="{}"></span>{}'
    return format_html(shape, row["icon"], row["channel"], row["channel"], ago(context, row["at"]))


@register.simple_tag
def preview(row: dict) -> str:
    """The last words, and whose they are."""
    words = row["snippet"] or ""
    if row["audience"] == "internal":
        return format_html('<span class="conversation-row__note">{}</span> {}', _("Note:"), words)
    if row["direction"] == "out":
        sign = '<span class="icon icon--reply" role="img" aria-label="{}"></span>{}'
        return format_html(sign, _("our answer:"), words)
    return words


@register.simple_tag(takes_context=True)
def facts(context, row: dict) -> str:
    """What needs to be known beside the words: what failed, who waits, the state where it goes not without saying."""
    view, said = context["view"], []
    if row["has_failed"]:
        said.append(chip("overdue", _("not delivered"), "alert"))
    if row["state"] == "open" and row["waits"]:
        said.append(chip("waiting", waits(context, row["waits"]), "clock"))
    elif row["state"] != "open" and not view.status:
        said.append(chip("done", row["state_name"]))
    said += [chip("outline", name) for name in row["tags"]]
    if row["more_tags"]:
        rest = row["more_tags"]
        shape = '<span class="chip chip--outline" title="{}">+{}</span>'
        said.append(format_html(shape, ", ".join(rest), len(rest)))
    if row["agent_name"] and not view.is_mine:
        said.append(avatar(row["agent_name"], row["agent_photo"], "tiny", alone=True))
    return format_html("{}" * len(said), *said) if said else ""


def chip(kind: str, words: str, icon: str = "") -> str:
    if icon:
        shape = '<span class="chip chip--{}"><span class="icon icon--{}" aria-hidden="true"></span>{}</span>'
        return format_html(shape, kind, icon, words)
    return format_html('<span class="chip chip--{}">{}</span>', kind, words)
