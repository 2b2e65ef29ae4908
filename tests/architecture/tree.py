"""What no file of the project may hold: where it was downloaded from, where it lay on somebody's machine."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_OURS = {".git", ".venv", "node_modules", "data", "static", "screenshots"}
CACHES = re.compile(r"\.\w+_cache$|^__pycache__$|^\.hypothesis$")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".json",
    ".html",
    ".css",
    ".js",
    ".po",
    ".sh",
    ".npmrc",
    ".yml",
    ".sql",
    "",
}

USUAL = {"srv", "opt", "usr", "var"}

# With character classes where the plain word would find this very file.
TRACES = {
    "a registry of packages": re.compile(
        r"https?://\S*(?:pypi|pythonhoste[d]|npmj[s]|/simple\b|registry)", re.IGNORECASE
    ),
    "a downloaded file": re.compile(r"https?://\S+\.(?:whl|tgz)\b"),
    "a place on somebody's machine": re.compile(r"(?<![\w.~/])/(?:roo[t]|home/\w+|tm[p]|Users/\w+)/"),
    # Documents may name the usual places of an installation, and a copy may lie there.
    "the place of this copy": re.compile("(?!)" if ROOT.parts[1] in USUAL else re.escape(f"{ROOT}/")),
}
_INDEX = re.compile(r"://|^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host)\b", re.MULTILINE)
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==\S+", re.MULTILINE)


def files() -> Iterator[Path]:
    """Every text file of the project, relative to its root."""
    for folder, names, here in os.walk(ROOT):
        top = Path(folder) == ROOT
        names[:] = [name for name in names if not (top and name in NOT_OURS) and not CACHES.search(name)]
        for name in here:
            path = Path(folder, name)
            if path.suffix in TEXT and not path.is_symlink():
                yield path.relative_to(ROOT)


def traces_in(text: str) -> list[str]:
    return [name for name, pattern in TRACES.items() if pattern.search(text)]


def faults_of_requirements(text: str) -> list[str]:
    """A compiled list names no address, and every package has an exact version and a hash."""
    found = ["an address"] if _INDEX.search(text) else []
    for block in re.split(r"\n(?=\S)", text):
        if block.strip() and not block.lstrip().startswith("#"):
            if not _PINNED.match(block):
                found.append(f"not pinned: {block.splitlines()[0]}")
            if "--hash=sha256:" not in block:
                found.append(f"no hash: {block.splitlines()[0]}")
    return found


def faults_of_package_lock(text: str) -> list[str]:
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    found = [f"{name}: resolved" for name, entry in packages.items() if "resolved" in entry]
    return found + [f"{name}: no integrity" for name, entry in packages.items() if "integrity" not in entry]
