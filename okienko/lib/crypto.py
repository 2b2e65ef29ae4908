"""Secrets at rest, and short signed words for addresses and links."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from okienko.lib.keys import derived


class Unreadable(Exception):
    """A secret was encrypted with a key that OKIENKO_SECRET_KEYS no longer lists."""


def box() -> MultiFernet:
    return MultiFernet([Fernet(derived(key, "secrets").encode()) for key in settings.SECRET_KEYS])


def encrypt(text: str) -> str:
    return box().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    try:
        return box().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("a stored secret cannot be opened with the keys in OKIENKO_SECRET_KEYS") from error


class EncryptedField(models.TextField):
    """Text that is encrypted in the database and plain in Python."""

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else value

    def get_prep_value(self, value):
        return encrypt(value) if value else value


def signature(text: str, *, purpose: str, key: str | None = None, size: int = 10) -> str:
    """`size` bytes of HMAC-SHA256 as lower-case base32: survives mail addresses that lose case."""
    secret = derived(key or settings.SECRET_KEYS[0], purpose)
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()[:size]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def is_signed(text: str, given: str, *, purpose: str, size: int = 10) -> bool:
    """True when any listed key made this signature."""
    return any(
        hmac.compare_digest(signature(text, purpose=purpose, key=key, size=size), given.lower())
        for key in settings.SECRET_KEYS
    )
