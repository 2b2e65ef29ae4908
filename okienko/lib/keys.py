"""Where the secret keys of an installation come from, and one key for each purpose."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path


def kept_in(path: Path) -> list[str]:
    """The keys of a key file, one a line; made on first use, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48) + "\n")
                file.flush()
                os.fsync(file.fileno())
    return path.read_text().split()


def derived(key: str, purpose: str) -> str:
    """A key for one purpose, so that a leaked signature of one kind is worth nothing elsewhere."""
    digest = hmac.new(key.encode(), f"okienko/{purpose}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()
