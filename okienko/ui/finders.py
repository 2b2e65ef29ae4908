"""Which files of the browser libraries are published: these, not all of node_modules."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

PREFIX = "npm"
PUBLISHED = [
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
]


class NpmFinder(BaseFinder):
    """Finds the published files below `npm/`; those that are not installed are simply not there."""

    def __init__(self, app_names=None, *args, root: Path | None = None, **kwargs):
        self.storage = FileSystemStorage(location=root or settings.BASE_DIR / "node_modules")
        self.storage.prefix = PREFIX
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        """The absolute path of a published file, as a list when `find_all`; otherwise an empty list."""
        name = path.removeprefix(f"{PREFIX}/")
        published = name != path and name in PUBLISHED and self.storage.exists(name)
        if not published:
            return []
        return [self.storage.path(name)] if find_all else self.storage.path(name)

    def list(self, ignore_patterns):
        for name in PUBLISHED:
            if self.storage.exists(name) and not matches_patterns(name, ignore_patterns or []):
                yield name, self.storage
