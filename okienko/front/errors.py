"""What people see when something is not there, not theirs, or broken: what happened, and what to do."""

# ruff: noqa: ARG001 - Django gives its handlers their signatures
import logging

from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from okienko.front.answers import WORDS

logger = logging.getLogger(__name__)


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None):
    """`exception`: may say in words what is refused."""
    return render(request, "403.html", {"words": str(exception or "")}, status=403)


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)


def too_many_requests(request, exception=None):
    return render(request, "429.html", status=429)


def page_not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    """Without the request's context: whatever broke may be in it, and the database may be what broke."""
    try:
        return HttpResponseServerError(render_to_string("500.html"))
    except Exception:
        logger.exception("the page for errors is broken too")
        return HttpResponse("\n".join(WORDS[500]), status=500, content_type="text/plain; charset=utf-8")
