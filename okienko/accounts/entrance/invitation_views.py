"""Accepting an invitation."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okienko.accounts.entrance.forms import WhoForm
from okienko.accounts.models import Agent, Invitation
from okienko.accounts.operations import inviting

KEPT = "invitation"  # the token, in the session
INSTEAD = "accept"
GONE, UNPROCESSABLE = 410, 422


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request, token: str):
    """Name and password of the new agent. A link that is used, revoked, expired or wrong gets the same page."""
    if early := ratelimit.consume_or_429(request, action="invitation"):
        return early
    if token != INSTEAD:
        request.session[KEPT] = token
        return redirect("accounts:invitation", INSTEAD)
    found = Invitation.objects.filter(digest=inviting.digest(request.session.get(KEPT, ""))).first()
    if found is None or not found.is_open:
        return gone(request)
    form = WhoForm(request.POST or None, agent=Agent(email=found.email), initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            agent = inviting.accept(
                found, name=form.cleaned_data["name"], password=form.cleaned_data["password"]
            )
        except inviting.NoLongerOpen:
            return gone(request)
        return welcome(request, agent)
    context = {"form": form, "invitation": found, "languages": settings.LANGUAGES}
    return render(request, "accounts/invitation.html", context, status=UNPROCESSABLE if form.errors else 200)


def gone(request):
    context = {"languages": settings.LANGUAGES, "is_invitation": True}
    return render(request, "accounts/link_gone.html", context, status=GONE)


def welcome(request, agent: Agent):
    """Signs in whoever has just begun. Somebody else who was signed in here is signed out first."""
    get_adapter().logout(request)
    agent.backend = settings.AUTHENTICATION_BACKENDS[0]
    record_authentication(request, agent, method="invitation")
    return perform_login(request, Login(user=agent))
