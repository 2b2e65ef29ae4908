"""What a browser calls itself, in two words a person knows: "Firefox, Windows"."""

import re

# The first that is found counts: most browsers also name those they are built on.
BROWSERS = [
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera|OPT/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Vivaldi/", "Vivaldi"),
    (r"YaBrowser/", "Yandex"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"HeadlessChrome/|Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Version/[\d.]+.*Safari/", "Safari"),
]
SYSTEMS = [
    (r"iPhone|iPod", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"CrOS", "ChromeOS"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"Linux|X11", "Linux"),
]
LONGEST = 500  # characters that are looked at


def named(user_agent: str) -> str:
    """ "Browser, system", one of them, or "" when neither is known."""
    seen = user_agent[:LONGEST]
    return ", ".join(filter(None, (_first(BROWSERS, seen), _first(SYSTEMS, seen))))


def _first(known: list[tuple[str, str]], seen: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, seen)), "")
