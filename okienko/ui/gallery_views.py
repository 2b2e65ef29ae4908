"""/ui/: every component in every state, for whoever builds with them. Only in a process with OKIENKO_DEBUG=1."""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

# The templates in ui/gallery/, in the order of the page.
SECTIONS = [
    "marks", "type", "icons", "buttons", "fields", "tabs", "chips", "people", "navigation", "list", "rows", "thread", "messages",
    "composer", "files", "talks", "cards", "panels", "timeline", "menus", "own", "dialogs", "notices", "states", "tables", "steps",
]  # fmt: skip
DENSITIES = ["comfortable", "compact"]
THEMES = ["light", "dark"]
COLOURS = [
    "ground", "sunken", "surface", "ink", "muted", "line", "accent", "wash", "note", "waiting", "overdue", "legal", "done",
]  # fmt: skip
SHEET = Path(__file__).parent / "static/ui/css/components/icon.css"


@require_safe
def gallery(request):
    if not settings.DEBUG:
        raise Http404
    language = chosen(request, "language", [code for code, _ in settings.LANGUAGES])
    density = chosen(request, "density", DENSITIES)
    now = timezone.now()
    context = {
        "sections": SECTIONS,
        "themes": THEMES,
        "densities": DENSITIES,
        "density": density,
        "icons": icons(),
        "colours": COLOURS,
        "just": now,
        "lately": now - timedelta(minutes=12),
        "earlier": now - timedelta(days=1, hours=4),
    }
    with translation.override(language):
        return render(request, "ui/gallery.html", context)


def chosen(request, name: str, offered: list[str]) -> str:
    """What the address asks for, or the first that is offered."""
    return request.GET[name] if request.GET.get(name) in offered else offered[0]


@cache
def icons() -> list[str]:
    return sorted(re.findall(r"\.icon--([\w-]+)(?=[ ,][^{]*\{ --icon:)", SHEET.read_text()))
