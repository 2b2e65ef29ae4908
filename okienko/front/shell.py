"""What a browser may keep of the desk, so that it can be installed and says something without a line: its shell.

The shell is static files whose names carry the hash of their content, and one page that knows nobody's data. Its version
is made of both, so a deploy, another language or another theme makes browsers take the new one and drop the old.
"""

import hashlib
from fnmatch import fnmatch

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

PAPER = "#FBFAF7"  # --ground of the light theme: a manifest knows one theme only
ICONS = [
    ("ui/img/icon-192.png", "192x192", "image/png", "any"),
    ("ui/img/icon-512.png", "512x512", "image/png", "any"),
    ("ui/img/icon-maskable-192.png", "192x192", "image/png", "maskable"),
    ("ui/img/icon-maskable-512.png", "512x512", "image/png", "maskable"),
]
SHELL = ("ui/css/okienko.css", "ui/js/*.js", "ui/img/*", "npm/*.woff2", "django_htmx/htmx-2.min.js")


def manifest(agent) -> dict:
    """https://www.w3.org/TR/appmanifest/, in the language of the request. `agent`: whoever asks, or nobody."""
    return {
        "id": "/",
        "name": "Okienko",
        "short_name": "Okienko",
        "description": _("Every conversation with your customers in one place."),
        "lang": get_language(),
        "dir": "ltr",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in ICONS
        ],
        "shortcuts": shortcuts(agent),
    }


def shortcuts(agent) -> list[dict]:
    """What a long press on the icon offers."""
    offered = [
        ("conversations.read", _("Mine"), f"{reverse('conversations:list')}?queue=mine"),
        ("conversations.work", _("New conversation"), reverse("conversations:new")),
    ]
    return [
        {"name": name, "url": url}
        for word, name, url in offered
        if agent.is_authenticated and agent.may(word)
    ]


def files() -> list[str]:
    """Addresses of the static files of the shell; none where nothing was collected, for their content may change."""
    collected = getattr(staticfiles_storage, "hashed_files", {})
    if settings.DEBUG:
        return []
    return [static(name) for name in sorted(collected) if any(fnmatch(name, pattern) for pattern in SHELL)]


def offline_page(request) -> str:
    """The page for when there is no line. Rendered without the request: nobody's name can get into it."""
    theme = getattr(request.user, "theme", "system")
    return render_to_string("front/offline.html", {"theme": theme})


def worker(request) -> dict:
    """What okienko/ui/static/ui/js/worker.js must know."""
    kept, page = files(), offline_page(request)
    return {
        "version": hashlib.blake2b("\n".join([*kept, page]).encode(), digest_size=8).hexdigest(),
        "files": kept,
        "offline": reverse("offline"),
        "signOut": reverse("accounts:sign_out"),
    }
