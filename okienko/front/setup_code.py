"""The word that lets somebody become the first owner: told to whoever started the server, and used up by that."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.crypto import constant_time_compare

from okienko.accounts.models import Agent

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike
GROUPS, GROUP = 4, 5  # 99 bits


def is_begun() -> bool:
    """Is there somebody who may manage people?"""
    return Agent.objects.with_word("people.manage").exists()


def place() -> Path:
    return settings.DATA_DIR / "setup.code"


def kept() -> str:
    """The code in its file, made when there is none; readable by its owner only."""
    try:
        handle = os.open(place(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return place().read_text().strip()
    groups = ["".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS)]
    with os.fdopen(handle, "w") as file:
        file.write("-".join(groups) + "\n")
    return "-".join(groups)


def is_right(given: str) -> bool:
    try:
        code = place().read_text()
    except OSError:
        return False
    return bool(plain(code)) and constant_time_compare(plain(given), plain(code))


def plain(code: str) -> str:
    """Without what people add when they copy: spaces, dashes, small letters."""
    return "".join(character for character in code.upper() if character.isalnum())


def take() -> bool:
    """Uses the code up; True for one caller only."""
    try:
        place().unlink()
    except FileNotFoundError:
        return False
    return True


def forget():
    place().unlink(missing_ok=True)
