"""How pages of mailboxes write down days."""

from datetime import date, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from okienko.inboxes.models import Import

register = template.Library()


@register.filter
def days(wanted: Import) -> str:
    """Which days an import is about, the last one included: "from 1 May 2026 to 31 May 2026"; "" for all."""
    first, last = wanted.since, wanted.before and wanted.before - timedelta(days=1)
    if first and last:
        return gettext("from %(first)s to %(last)s") % {"first": _written(first), "last": _written(last)}
    if first:
        return gettext("from %(first)s") % {"first": _written(first)}
    return gettext("to %(last)s") % {"last": _written(last)} if last else ""


def _written(day: date) -> str:
    return date_format(day, pgettext("date", "j F Y"))
