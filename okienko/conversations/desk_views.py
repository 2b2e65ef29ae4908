"""The queues, and what every page of the desk has around its middle.

Each page answers an ordinary request whole, and one made by htmx or ok-refresh (both send HX-Request)
with its changing regions only.
"""

import re

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from okienko.conversations import queues
from okienko.conversations.models import Conversation
from okienko.ui.fragments import varying, wants_regions

NUMBER = re.compile(r"\s*#?(\d{5,18})\s*")


@login_required
@require_GET
def index(request):
    """A queue, or what was searched for."""
    words, queue = request.GET.get("q", "").strip(), chosen_queue(request)
    if found := NUMBER.fullmatch(words):
        wanted = Conversation.objects.visible_to(request.user).numbered(int(found[1]))
        if wanted.exists():
            return redirect("conversations:show", number=int(found[1]))
    rows = queues.found(words, request.user) if words else queues.lying_in(queue, request.user)
    context = desk(queue, words) | {
        "counts": queues.counts(request.user),
        "page": queues.page(rows, request.user, request.GET.get("after", "")),
        "has_list": True,
    }
    return varying(render(request, pick(request, "conversations/list.html", "_list_regions.html"), context))


def chosen_queue(request) -> queues.Queue:
    """The one in the address, or the one everybody begins with."""
    return queues.QUEUES.get(request.GET.get("queue", ""), queues.QUEUES[queues.DEFAULT])


def desk(queue: queues.Queue, words: str = "") -> dict:
    """What the frame of the desk needs, on every page."""
    return {
        "queues": queues.QUEUES.values(),
        "queue": queue,
        "words": words,
        "base": reverse("conversations:list"),
    }


def pick(request, page: str, fragment: str) -> str:
    """The name of the template that answers: the whole page, or its changing regions."""
    return f"conversations/{fragment}" if wants_regions(request) else page
