"""Signing in and out."""

import requests
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okienko.accounts.entrance import passkeys, providers
from okienko.accounts.entrance.forms import SignInForm
from okienko.accounts.entrance.whereto import next_page

UNPROCESSABLE, TOO_MANY = 422, 429


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request):
    """Whatever is wrong, the words are the same; too many attempts are told apart."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    if request.method == "GET":
        return shown(request, SignInForm())
    form = SignInForm(request.POST)
    credentials = {"username": "", "password": ""}
    if form.is_valid():
        credentials = {
            "username": form.cleaned_data["email"].lower(),
            "password": form.cleaned_data["password"],
        }
    try:
        agent = get_adapter().authenticate(request, **credentials)
    except ValidationError as error:
        return shown(request, form, words=error.messages[0], status=TOO_MANY)
    if agent is None:
        return shown(request, form, words=_("Wrong e-mail or password."), status=UNPROCESSABLE)
    return perform_password_login(request, credentials, Login(user=agent, redirect_url=next_page(request)))


def shown(request, form: SignInForm, *, words: str = "", status: int = 200):
    context = {
        "form": form,
        "words": words,
        "next": next_page(request),
        "languages": settings.LANGUAGES,
        "passkeys": passkeys.are_possible(request),
        "providers": providers.offered(),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


@require_POST
def sign_out(request):
    logout(request)
    return redirect(settings.LOGIN_URL)


@require_POST
@never_cache
def with_provider(request, provider_id: str):
    """On to the provider, by a page of ours: the policy of our pages lets their forms end with us only."""
    try:
        response = openid_connect.login(request, provider_id)
    except (requests.RequestException, KeyError, ValueError):
        messages.error(request, _("The provider does not answer. Try again, or sign in with your password."))
        return redirect("accounts:sign_in")
    address = response.get("Location", "")
    if not address or address.startswith("/"):
        return response
    name = next(each["name"] for each in providers.offered() if each["id"] == provider_id)
    context = {"address": address, "label": name, "languages": settings.LANGUAGES}
    return render(request, "accounts/to_provider.html", context)


@require_GET
@never_cache
def provider_callback(request, provider_id: str):
    """Where a provider sends people back to."""
    try:
        return openid_connect.callback(request, provider_id)
    except (KeyError, ValueError):
        messages.error(
            request, _("The provider's answer could not be read. Try again, or use your password.")
        )
        return redirect("accounts:sign_in")
