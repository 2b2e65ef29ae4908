"""How calls and visits are told on a page: {{ message|talk_name }}."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okienko.conversations.models import Message

register = template.Library()


@register.filter
def talk_name(message: Message) -> str:
    """What it was and whose idea: "Call from the customer"."""
    if message.kind == Message.Kind.VISIT:
        return _("Visit to the shop") if message.is_inbound else _("Visit to the customer")
    return _("Call from the customer") if message.is_inbound else _("Call to the customer")


@register.filter
def talk_icon(message: Message) -> str:
    """Of components/icon.css."""
    if message.kind == Message.Kind.VISIT:
        return "store" if message.is_inbound else "pin"
    return "phone-in" if message.is_inbound else "phone-out"


@register.filter
def talk_length(message: Message) -> str:
    """ "12 minutes"."""
    return ngettext("%(count)d minute", "%(count)d minutes", message.minutes) % {"count": message.minutes}
