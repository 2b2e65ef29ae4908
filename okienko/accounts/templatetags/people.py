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
def avatar(name: str, photo: str = "", size: str = "", *, alone: bool = False) -> str:
    """The disc of a person: their photo (the sha256 of its blob), or their initials, which also stand below a photo.

    `alone`: no name stands beside it, so it says whose it is.
    """
    picture = ""
    if photo:
        side, address = SIDES[size], picture_address(photo)
        picture = format_html('<img src="{}" alt="" width="{}" height="{}">', address, side, side)
    shape = f"avatar--{hue(name)} avatar--{size}" if size else f"avatar--{hue(name)}"
    if alone:
        sign = '<span class="avatar {}" role="img" title="{}" aria-label="{}">{}{}</span>'
        return format_html(sign, shape, name, name, initials(name), picture)
    return format_html(
        '<span class="avatar {}" aria-hidden="true">{}{}</span>', shape, initials(name), picture
    )


@register.filter
def place(zone: str) -> str:
    """ "Europe/Warsaw" → "Warszawa", in the reader's language; "" when nobody knows."""
    if zone not in zoneinfo.available_timezones():
        return ""
    return get_timezone_location(zone, locale=get_language() or "pl", return_city=True)
