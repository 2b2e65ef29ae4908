"""The queues, and what every page of the desk has around its middle.

Each page answers an ordinary request whole, and one made by htmx or ok-refresh (both send HX-Request)
with its changing regions only.
"""

import re

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from okienko.conversations import queues, rights
from okienko.conversations.models import Conversation
from okienko.conversations.queues.counting import COUNTED, TOTAL
from okienko.conversations.queues.paging import SORTS
from okienko.conversations.queues.viewing import sorts_of
from okienko.conversations.queues.words import status_words, total_words
from okienko.ui.fragments import varying, wants_regions
from okienko.ui.templatetags.ui import tally

NUMBER = re.compile(r"\s*#?(\d{5,18})\s*")


@login_required
@require_GET
def index(request):
    """A queue, or what was searched for."""
    if found := NUMBER.fullmatch(request.GET.get("q", "")):
        wanted = Conversation.objects.visible_to(request.user).numbered(int(found[1]))
        if wanted.exists():
            return redirect("conversations:show", number=int(found[1]))
    return list_of(request)


def list_of(request) -> HttpResponse:
    """The list that the address asks for: a page, its regions, or only what comes below it (`part=older`)."""
    here = queues.places(request.user)
    view, after = queues.view(request.GET, here), request.GET.get("after", "")
    found = queues.found(view.words, request.user) if view.words else None
    shown = request.GET.get("shown", "")
    how = {"cursor": after, "shown": int(shown[:4]) if shown.isdecimal() else 0}
    context = {
        "view": view,
        "base": reverse("conversations:list"),
        "tail": f"?{view.query}",
        "after": after,
        "may_work": request.user.may(rights.WORK),
    }
    rows = found.rows if found else None
    context["page"] = queues.page(view, request.user, rows=rows, channels=here.channels, **how)
    if request.GET.get("part") == "older":
        return varying(render(request, "conversations/_older.html", context))
    counted = counted_for(request.user, view, here, found)
    context |= desk(view, here, counted) | {"has_list": True, "is_begun": bool(here.channels)}
    return varying(render(request, pick(request, "conversations/list.html", "_list_regions.html"), context))


def counted_for(agent, view: queues.View, here: queues.Places, found: queues.Found | None) -> dict:
    """`counts` of the queues and `total` of what is shown, in words."""
    shown = [queue for group in queues.grouped(here) for queue in group.queues]
    is_known = view.queue.needing and view.status == "open"
    also = None if found or is_known else (view.name, view.status)
    counts = queues.counts(agent, shown, also=also)
    if found:
        hits = queues.total(found.rows)
        return {
            "counts": counts,
            "total": total_words(view, min(hits, COUNTED), is_cut=found.is_cut or hits > COUNTED),
        }
    count = counts[TOTAL if also else view.name]
    return {"counts": counts, "total": total_words(view, count), "figure": tally(count)}


def chosen_queue(request) -> queues.View:
    """What the address says of the list, or what everybody begins with. Asks only where a team or an inbox is named."""
    queue = queues.named(request.GET.get("queue", ""))
    here = queues.places(request.user) if queue and queue.own else queues.Places()
    return queues.view(request.GET, here)


def desk(view: queues.View, here: queues.Places | None = None, counted: dict | None = None) -> dict:
    """What the frame of the desk needs, on every page. Without `counted` the page asks for the list later."""
    counts = (counted or {}).get("counts", {})
    groups = queues.grouped(here or queues.Places())
    return {
        "groups": [(group, [(queue, counts.get(queue.name)) for queue in group.queues]) for group in groups],
        "counts": counts,
        "queue": view,
        "view": view,
        "words": view.words,
        "base": reverse("conversations:list"),
        "places": here,
        "waiting_count": None if view.words else counts.get(view.name),
        "total": (counted or {}).get("total", total_words(view, None)),
        "figure": (counted or {}).get("figure", ""),
        "statuses": [
            (view.address(status=one), status_words(one), one == view.status) for one in view.queue.statuses
        ],
        "sorts": [(view.address(sort=one), SORTS[one].label, one == view.sort) for one in sorts_of(view)],
    }


def pick(request, page: str, fragment: str) -> str:
    """The name of the template that answers: the whole page, or its changing regions."""
    return f"conversations/{fragment}" if wants_regions(request) else page
