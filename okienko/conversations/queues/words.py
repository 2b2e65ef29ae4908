"""How many there are, in words."""

from django.utils.translation import ngettext, pgettext

from okienko.conversations.queues.viewing import View
from okienko.ui.templatetags.ui import tally


def total_words(view: View, count: int | None, *, is_cut: bool = False) -> str:
    """ "12 open" where there is a choice, "12" where the queue's name says what they are, "12 results" of a search.

    While nobody has counted (None) the status alone. `is_cut`: there are more results than those counted.
    """
    if view.words:
        return _hits(count, is_cut=is_cut)
    if count is None:
        return status_words(view.status) if view.is_choice else ""
    if not view.is_choice:
        return tally(count)
    written = {"count": tally(count)}
    match view.status:
        case "open":
            return ngettext("%(count)s open", "%(count)s open", count) % written
        case "waiting":
            return ngettext("%(count)s waiting", "%(count)s waiting", count) % written
        case _:
            return ngettext("%(count)s resolved", "%(count)s resolved", count) % written


def _hits(count: int | None, *, is_cut: bool) -> str:
    if count is None:
        return ""
    if is_cut:
        return ngettext("more than %(count)s result", "more than %(count)s results", count) % {"count": count}
    return ngettext("%(count)s result", "%(count)s results", count) % {"count": count}


def status_words(status: str) -> str:
    """What one chooses by: "open", "waiting for the customer", "resolved"; "" for any."""
    return {
        "open": pgettext("conversations", "open"),
        "waiting": pgettext("conversations", "waiting for the customer"),
        "resolved": pgettext("conversations", "resolved"),
    }.get(status, "")
