"""How people and their browsers are shown."""

import zoneinfo

from babel.dates import get_timezone_location
from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from okienko.files.links import picture_address
from okienko.ui.templatetags.ui import hue, initials

register = template.Library()
SIDES = {"tiny": 18, "small": 26, "": 36, "large": 48}  # pixels, as components/avatar.css has them


@register.simple_tag
def avatar(name: str, photo: str = "", size: str = "") -> str:
    """The disc of a person: their photo (the sha256 of its blob), or their initials, which also stand below a photo.

    A tiny one stands alone and says whose it is; others stand beside the name.
    """
    who, picture = initials(name), ""
    if photo:
        side = SIDES[size]
        address = picture_address(photo)
        picture = format_html('<img src="{}" alt="" width="{}" height="{}">', address, side, side)
    if size == "tiny":
        shape = '<span class="avatar avatar--tiny avatar--{}" role="img" title="{}" aria-label="{}">{}{}</span>'
        return format_html(shape, hue(name), name, name, who, picture)
    shape = '<span class="avatar avatar--{} {}" aria-hidden="true">{}{}</span>'
    return format_html(shape, hue(name), size and f"avatar--{size}", who, picture)


@register.filter
def place(zone: str) -> str:
    """ "Europe/Warsaw" → "Warszawa", in the reader's language; "" when nobody knows."""
    if zone not in zoneinfo.available_timezones():
        return ""
    return get_timezone_location(zone, locale=get_language() or "pl", return_city=True)
