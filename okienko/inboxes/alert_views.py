"""The banner above every page of the desk: a mailbox that has stopped fetching or sending."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from okienko.inboxes.models import Mailbox
from okienko.inboxes.standing import alarms_of

MOST = 3  # named one by one


@never_cache
@login_required
@require_GET
def alerts(request):
    """Regions for the frame; empty ones when all is well."""
    if not request.user.may("status.see"):
        raise PermissionDenied
    suspect = Q(is_connected=True) | ~Q(sending_failing_since=None)
    found = Mailbox.objects.filter(suspect, inbox__is_paused=False).select_related("inbox")
    found = found.defer("inbox__secrets").order_by("inbox")  # a key that was lost must not silence the alert
    alarms = [(mailbox.inbox, alarm) for mailbox in found for alarm in alarms_of(mailbox)]
    context = {"alarms": alarms[:MOST], "more": len(alarms) - MOST}
    return render(request, "inboxes/_alerts.html", context)
