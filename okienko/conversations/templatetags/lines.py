"""The words of a thread's lines: {{ happening|happening_words }}, {{ line.channel|channel_words }}, notes with names."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okienko.conversations import mentions
from okienko.conversations.timeline.happenings import Happening
from okienko.conversations.timeline.names import Names
from okienko.ui.templatetags.ui import linked

register = template.Library()

# %(name)s: the agent, the team or the tag. Without one: nobody, or something that has been deleted since.
HAPPENINGS = {
    "assigned": gettext_lazy("Handed over: %(name)s"),
    "taken": gettext_lazy("takes it"),
    "released": gettext_lazy("Belongs to nobody now"),
    "team": gettext_lazy("Handed over to the team %(name)s"),
    "no_team": gettext_lazy("Belongs to no team now"),
    "resolved": gettext_lazy("Resolved"),
    "reopened": gettext_lazy("Opened again"),
    "renamed": gettext_lazy("Subject changed"),
    "tagged": gettext_lazy("Tag “%(name)s” added"),
    "untagged": gettext_lazy("Tag “%(name)s” removed"),
    "continues": gettext_lazy("Continues an earlier conversation:"),
    "joined": gettext_lazy("Joined here:"),
    "joined_to": gettext_lazy("Joined to:"),
    "separated": gettext_lazy("Parted again:"),
    "separated_from": gettext_lazy("Stands by itself again, apart from:"),
    "marked_spam": gettext_lazy("Put into spam"),
    "trashed": gettext_lazy("Moved to the trash"),
    "out_of_spam": gettext_lazy("Taken back from spam"),
    "out_of_trashed": gettext_lazy("Taken back from the trash"),
}
CHANNELS = {
    "email": ("mail", gettext_lazy("by e-mail from here on")),
    "call": ("phone", gettext_lazy("by phone from here on")),
    "visit": ("store", gettext_lazy("in the shop from here on")),
}


@register.filter
def happening_words(happening: Happening) -> str:
    words = HAPPENINGS.get(happening.what)
    return str(words) % {"name": happening.whom} if words else _("The same person also wrote:")


@register.filter
def channel_icon(kind: str) -> str:
    """Of components/icon.css."""
    return CHANNELS[kind][0] if kind in CHANNELS else "chat"


@register.filter
def channel_words(kind: str) -> str:
    return str(CHANNELS[kind][1]) if kind in CHANNELS else _("on another channel from here on")


@register.filter
def noted(text: str, names: Names) -> str:
    """The text of a note as HTML: links, and colleagues by their names after an @ marked as such."""
    pieces, at = [], 0
    for found in mentions.named(text, names.handles) if "@" in text else ():
        pieces += [
            linked(text[at : found.start]),
            format_html('<span class="mention">{}</span>', text[found.start : found.end]),
        ]
        at = found.end
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, linked(text[at:])]))
