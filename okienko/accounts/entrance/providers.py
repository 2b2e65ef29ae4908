"""Signing in with a provider (OpenID Connect): it vouches for an address, the house knows whose it is."""

from typing import NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from okienko.accounts.models import Agent
from okienko.accounts.operations import access


def offered() -> list[dict]:
    """Providers of the sign-in page: id and name."""
    configured = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return [{"id": app["provider_id"], "name": app["name"]} for app in configured]


def recognise(request, login: SocialLogin):
    """Joins the login to its agent. Whoever is none is turned away, and so is any other use than signing in."""
    agent = login.user if login.is_existing else agent_asserted(login)
    if agent is None or not agent.is_active or login.state.get("process") != "login":
        turn_away(request, _("Nobody who works here signs in like this. Ask the owner for an invitation."))
    if not login.is_existing:
        login.connect(request, agent)
    access.forget_profile(login.account)


def agent_asserted(login: SocialLogin) -> Agent | None:
    """The active agent whose address the provider says it has verified."""
    adapter = get_adapter()
    said = [
        each.email.strip().lower()
        for each in login.email_addresses
        if each.verified is True or adapter.is_email_verified(login.provider, each.email)
    ]
    return Agent.objects.filter(email__in=said, is_active=True).first()


def turn_away(request, words: str) -> NoReturn:
    messages.error(request, words)
    raise ImmediateHttpResponse(redirect("accounts:sign_in"))
