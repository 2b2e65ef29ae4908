"""How the ways to a person are written on a page."""

from django import template

from okienko.contacts import addresses
from okienko.contacts.models import Identity

register = template.Library()

SCHEMES = {Identity.Kind.EMAIL: "mailto:", Identity.Kind.PHONE: "tel:"}
ICONS = {Identity.Kind.EMAIL: "mail", Identity.Kind.PHONE: "phone", Identity.Kind.HANDLE: "chat"}


@register.filter
def readable(identity: Identity) -> str:
    """ "+48 501 502 503", an address as it is; for those who may see it only."""
    return addresses.shown(identity.kind, identity.value)


@register.filter
def reached(pair: tuple[str, str]) -> str:
    """The same for (kind, value)."""
    return addresses.shown(*pair)


@register.filter
def link(identity: Identity) -> str:
    """mailto: or tel:, "" where there is no such address."""
    scheme = SCHEMES.get(Identity.Kind(identity.kind), "")
    return f"{scheme}{identity.value}" if scheme else ""


@register.filter
def sign(identity: Identity) -> str:
    """The name of its icon."""
    return ICONS.get(Identity.Kind(identity.kind), "user")
