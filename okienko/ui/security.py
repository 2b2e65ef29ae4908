"""The headers that keep a page to itself: what it may load, who may frame it, what it tells others.

The policy is strict for every page; a view that needs another one says so with a decorator.
"""

import secrets
from functools import wraps

from django.conf import settings

PAGE = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# A mail is a page written by a stranger: it may show text and pictures in our frame, and nothing else.
MAIL_BODY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ONE_YEAR = 365 * 24 * 3600


class Nonce:
    """A random word made when a template first writes it; false as long as nobody has."""

    def __init__(self):
        self.word = ""

    def __bool__(self):
        return bool(self.word)

    def __str__(self):
        self.word = self.word or secrets.token_urlsafe(16)
        return self.word


class SecurityHeaders:
    """Middleware, outermost: gives `request.csp_nonce` and sets the headers on every answer, errors too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.csp_nonce = Nonce()
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", page_policy(request, response))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if framing := frame_options(response.headers["Content-Security-Policy"]):
            response.headers.setdefault("X-Frame-Options", framing)
        if settings.PUBLIC_URL.startswith("https://"):
            response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}")
        return response


def page_policy(request, response) -> str:
    """The policy of an ordinary page, with the nonce if its template used one and what decorators added."""
    directives = dict(PAGE)
    if request.csp_nonce:
        directives["script-src"] += f" 'nonce-{request.csp_nonce}'"
    directives |= getattr(response, "csp_additions", {})
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def frame_options(policy: str) -> str:
    """What older browsers are told about framing; empty when their vocabulary cannot say it."""
    words = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    return {"'none'": "DENY", "'self'": "SAMEORIGIN"}.get(words.get("frame-ancestors", ""), "")


def content_security_policy(policy: str):
    """Decorator for a view whose pages live under a policy of their own."""

    def decorate(view):
        @wraps(view)
        def with_policy(request, *args, **kwargs):
            response = view(request, *args, **kwargs)
            response.headers["Content-Security-Policy"] = policy
            return response

        return with_policy

    return decorate


def composer_page(view):
    """Decorator for pages with a mail composer, which writes style attributes while one types."""

    @wraps(view)
    def with_styles(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.csp_additions = {"style-src-attr": "'unsafe-inline'"}
        return response

    return with_styles


mail_body_page = content_security_policy(MAIL_BODY)
