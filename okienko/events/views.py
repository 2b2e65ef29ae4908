"""Pages about the engine room: for machines that watch it, and for the people who look after it."""

import logging
from dataclasses import asdict

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from okienko.events import queue
from okienko.events.health import report
from okienko.events.metrics import exposition
from okienko.events.models import Job
from okienko.events.registry import REGISTRY

logger = logging.getLogger(__name__)
MOST_PARKED = 100


@never_cache
@require_GET
def health(request):  # noqa: ARG001 - a view
    """200 with figures when all is well, 503 with the complaints otherwise. Holds nothing about anybody."""
    try:
        now = report()
    except DatabaseError as error:
        logger.warning("health: the database does not answer: %s", type(error).__name__)
        return JsonResponse({"ok": False, "complaints": ["the database does not answer"]}, status=503)
    complaints = now.complaints
    return JsonResponse(
        {"ok": not complaints, "complaints": complaints, **asdict(now)}, status=503 if complaints else 200
    )


@never_cache
@require_GET
def metrics(request):
    """For Prometheus, which must bring the token; to anybody else the page does not exist."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    watched = [watch.look() for watch in REGISTRY.watches]
    return HttpResponse(
        exposition(report(), watched), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def status(request):
    """Figures, how the watched rooms are doing, and parked jobs; POST with `job` runs a parked one again."""
    if not request.user.may("status.see"):
        raise PermissionDenied
    if request.method == "POST":
        given = request.POST.get("job", "")
        queue.unpark([int(given[:18])] if given.isdecimal() else [])
        return redirect("status")
    parked = Job.objects.exclude(parked_at=None).select_related("event").order_by("-parked_at")[:MOST_PARKED]
    jobs = [(job, (job.error.strip().splitlines() or [""])[-1]) for job in parked]
    now, watched = report(), [(watch, watch.look()) for watch in REGISTRY.watches]
    context = {
        "frame": REGISTRY.templates["frame"],
        "report": now,
        "complaints": now.complaints + [words for _watch, seen in watched for words in seen.complaints],
        "watched": watched,
        "jobs": jobs,
    }
    return render(request, "events/status.html", context)
