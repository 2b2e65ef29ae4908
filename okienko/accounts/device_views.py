"""Where a person is signed in, and signing out from afar."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from okienko.accounts.browsers import register
from okienko.accounts.operations import devices as operations
from okienko.accounts.sessions import listed
from okienko.events.log import Actor


@never_cache
@login_required
@require_GET
def index(request):
    register.bring_in()  # this browser, too, if it is new here
    context = {"at": "devices", "devices": listed(request.user), "here": request.session.session_key}
    return render(request, "accounts/devices.html", context)


@login_required
@require_POST
def end(request, pk: int):
    """Sign out one of one's own browsers, perhaps this one."""
    device = get_object_or_404(request.user.devices, pk=pk)
    if device.session_key == request.session.session_key:
        return redirect("accounts:devices")  # for that there is "Sign out", which asks nothing of the others
    operations.forget(device.session_key, actor=Actor.agent(request.user))
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:devices")


@login_required
@require_POST
def end_others(request):
    register.bring_in()
    count = operations.forget_all(
        request.user, actor=Actor.agent(request.user), but=request.session.session_key
    )
    words = ngettext(
        "%(count)d other browser is signed out.", "%(count)d other browsers are signed out.", count
    )
    messages.success(request, words % {"count": count})
    return redirect("accounts:devices")
