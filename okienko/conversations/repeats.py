"""The same form sent twice is one sending: a double click, an impatient reload, a line that broke."""

import time

from django.core.cache import cache

SECONDS = 600
KEPT = 20
KEY = "sent_forms"


def first_time(request, token) -> bool:
    """Claim a form's token. False when it was used in the last ten minutes; forms without one always pass."""
    if token is None:
        return True
    used = _recent(request)
    # The cache is quick enough for two clicks in this process, the session is shared by all processes.
    return cache.add(f"form/{token}", 1, SECONDS) and str(token) not in used


def remember(request, token):
    """The sending succeeded."""
    if token is not None:
        request.session[KEY] = dict([*_recent(request).items(), (str(token), time.time())][-KEPT:])


def forget(token):
    """The sending failed: the same form may be sent again."""
    if token is not None:
        cache.delete(f"form/{token}")


def _recent(request) -> dict[str, float]:
    oldest = time.time() - SECONDS
    return {token: at for token, at in request.session.get(KEY, {}).items() if at > oldest}
