"""How times, counts, sizes and people are written on a page, in one place for the whole house."""

import zlib
from datetime import date, datetime, timedelta
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext, pgettext

from okienko.ui import linking, navigation
from okienko.ui import panels as panel_registry
from okienko.ui import shortcuts as shortcut_list

register = template.Library()

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HUES = 8
MOST_COUNTED = 999


def relative(moment: datetime, now: datetime) -> str:
    """How long ago, short: "now", "5 min", "3 h", "yesterday", "12 Nov", "12.11.2025"."""
    age = now - moment
    if age < MINUTE:
        return gettext("now")
    if age < HOUR:
        return gettext("%(count)d min") % {"count": age // MINUTE}
    day, today = timezone.localdate(moment), timezone.localdate(now)
    if day == today:
        return ngettext("%(count)d h", "%(count)d h", age // HOUR) % {"count": age // HOUR}
    if day == today - DAY:
        return gettext("yesterday")
    local = timezone.localtime(moment)
    this_year = day.year == today.year
    return date_format(local, pgettext("short day", "j M") if this_year else pgettext("short day", "j M Y"))


def since(moment: datetime, now: datetime) -> str:
    """A duration that still runs: "a moment", "12 min", "3 h", "2 days"."""
    age = now - moment
    if age < MINUTE:
        return gettext("a moment")
    if age < HOUR:
        return gettext("%(count)d min") % {"count": age // MINUTE}
    if age < 2 * DAY:
        return ngettext("%(count)d h", "%(count)d h", age // HOUR) % {"count": age // HOUR}
    return ngettext("%(count)d day", "%(count)d days", age.days) % {"count": age.days}


def _element(moment: datetime, words: str) -> str:
    local = timezone.localtime(moment)
    exact = f"{_date(local.date(), get_language())}, {local:%H:%M}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), exact, words
    )


@lru_cache(maxsize=5000)
def _date(day: date, language: str) -> str:  # noqa: ARG001 - part of the cache's key
    """A list of fifty rows has few different days; `language` only tells the kept words apart."""
    return date_format(day, pgettext("date", "j F Y"))


@register.simple_tag(takes_context=True)
def ago(context, moment: datetime | None) -> str:
    """A <time> that says how long ago, with the exact time as its title; empty for None."""
    return _element(moment, relative(moment, _now(context))) if moment else ""


@register.simple_tag
def clock(moment: datetime) -> str:
    """A <time> with hours and minutes."""
    return _element(moment, date_format(timezone.localtime(moment), "H:i"))


@register.simple_tag(takes_context=True)
def waits(context, moment: datetime) -> str:
    """How long somebody has waited since `moment`: "waits 12 min"."""
    return gettext("waits %(time)s") % {"time": since(moment, _now(context))}


def _now(context) -> datetime:
    """One "now" for a whole page."""
    render = context.render_context
    return render.setdefault("now", timezone.now())


@register.filter
def day(moment: datetime) -> str:
    """The day in words: "Sunday, 22 November", with the year when it is another one."""
    local = timezone.localtime(moment)
    this_year = local.year == timezone.localtime().year
    return date_format(local, pgettext("day", "l, j E") if this_year else pgettext("day", "l, j E Y"))


@register.filter
def linked(text: str) -> str:
    """Plain text as HTML, its addresses as links that say where they lead."""
    return linking.linked(text)


@register.filter
def initials(name: str) -> str:
    """ "Zofia Gąsiorowska" → "ZG"; an address gives its first letter; "?" for nothing."""
    words = [word for word in str(name).partition("@")[0].replace(".", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.filter
def hue(name: str) -> int:
    """Which of the eight quiet hues belongs to a person, always the same: 1–8."""
    return zlib.crc32(str(name).encode()) % HUES + 1


@register.simple_tag
def face(name: str, size: str = "") -> str:
    """The disc with a person's initials. A tiny one stands alone and says whose it is; others stand beside the name."""
    if size == "tiny":
        shape = '<span class="avatar avatar--tiny avatar--{}" role="img" title="{}" aria-label="{}">{}</span>'
        return format_html(shape, hue(name), name, name, initials(name))
    shape = '<span class="avatar avatar--{}" aria-hidden="true">{}</span>'
    return format_html(shape, hue(name), initials(name))


@register.filter
def tally(count: int) -> str:
    """A count that needs no more than three digits: "999+" above."""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


@register.filter
def may(agent, word: str) -> bool:
    """Does the agent's role hold a permission word?"""
    return agent.may(word)


@register.simple_block_tag
def capture(content: str) -> str:
    """What a page says of itself, as a word to compare with: {% capture as place %}{% block place %}…{% endcapture %}."""
    return content.strip()


@register.simple_tag(takes_context=True)
def places(context) -> list[navigation.Place]:
    """Where the reader can go from every page."""
    return navigation.offered_to(context["request"].user)


@register.simple_tag(takes_context=True)
def panels(context, of: str, key: int) -> list[panel_registry.Shown]:
    """The sections other rooms bring to this page: {% panels "conversation" conversation.pk as all %}."""
    return panel_registry.about(of, key, context["request"].user)


@register.simple_tag(takes_context=True)
def acts(context, of: str, key: int) -> list[panel_registry.Way]:
    """Where one goes on from here: {% acts "contact" contact.pk as ways %}."""
    return panel_registry.acts(of, key, context["request"].user)


@register.simple_tag(takes_context=True)
def shortcuts(context) -> list[shortcut_list.Group]:
    """The keys of the desk for the reader, group by group."""
    return shortcut_list.groups(navigation.offered_to(context["request"].user))


@register.filter
def keycaps(keys: str) -> list[str]:
    """The keys one presses for "Shift+e" or "g i", as they are written on a keyboard."""
    return shortcut_list.caps(keys)
