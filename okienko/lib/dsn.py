"""postgresql://user:password@host:port/name?sslmode=require → a Django database setting."""

from urllib.parse import parse_qsl, unquote, urlsplit


def database_from_url(url: str) -> dict | None:
    """None for an empty address; ValueError names what is wrong with any other."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"OKIENKO_DATABASE_URL must begin with postgresql://, not {parts.scheme}://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(options.pop("host", "") or parts.hostname or ""),
        "PORT": str(options.pop("port", "") or parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Only okienko/lib/rows.py prepares statements; Django turns them off altogether when nothing is said.
        "OPTIONS": {"prepare_threshold": 5} | options,
    }
