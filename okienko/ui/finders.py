"""Which files of the browser libraries are published: these, not all of node_modules."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns

from okienko.ui.fonts import SmallerFonts

PREFIX = "npm"
INTER = "@fontsource-variable/inter"
PUBLISHED = [
    f"{INTER}/files/inter-latin-wght-normal.woff2",
    f"{INTER}/files/inter-latin-ext-wght-normal.woff2",
    f"{INTER}/files/inter-cyrillic-wght-normal.woff2",
    f"{INTER}/LICENSE",
    "lucide-static/LICENSE",
]
# Found, so that a fresh checkout shows them and joining can write them into the style sheet; never collected one by one.
ICON = re.compile(r"lucide-static/icons/[a-z0-9-]+\.svg")


class NpmFinder(BaseFinder):
    """Finds the published files below `npm/`; those that are not installed are simply not there."""

    def __init__(self, app_names=None, *args, root: Path | None = None, **kwargs):
        self.storage = SmallerFonts(location=root or settings.BASE_DIR / "node_modules")
        self.storage.prefix = PREFIX
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        """The absolute path of a published file or an icon, as a list when `find_all`; otherwise an empty list."""
        name = path.removeprefix(f"{PREFIX}/")
        published = name != path and (name in PUBLISHED or ICON.fullmatch(name)) and self.storage.exists(name)
        if not published:
            return []
        return [self.storage.path(name)] if find_all else self.storage.path(name)

    def list(self, ignore_patterns):
        for name in PUBLISHED:
            if self.storage.exists(name) and not matches_patterns(name, ignore_patterns or []):
                yield name, self.storage
