"""A forgotten password, and a new one."""

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.shortcuts import redirect, render
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okienko.accounts.entrance import letters
from okienko.accounts.entrance.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm
from okienko.accounts.jobs import send_reset_link
from okienko.accounts.models import Agent
from okienko.accounts.operations import access
from okienko.lib import crypto

KEPT = "new_password"  # the token, in the session: an address with a token in it is soon left
INSTEAD = "chosen"
GONE, UNPROCESSABLE = 410, 422


@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request):
    """The answer is the same for every address, and a job does the rest."""
    form = ForgottenForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent:
        address = form.cleaned_data["email"].lower()
        if early := ratelimit.consume_or_429(request, action="reset_password", key=address):
            return early
        send_reset_link.enqueue(sealed=crypto.encrypt(address))
    context = {"form": form, "is_sent": is_sent, "languages": settings.LANGUAGES}
    return render(request, "accounts/forgotten.html", context, status=UNPROCESSABLE if form.errors else 200)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def new_password(request, name: str, token: str):
    """By the link of a letter. Whoever follows it is not signed in by that: a second factor stays in force."""
    if early := ratelimit.consume_or_429(request, action="reset_password_from_key"):
        return early
    agent = agent_named(name)
    if token != INSTEAD:
        request.session[KEPT] = token
        return redirect("accounts:new_password", name, INSTEAD)
    if agent is None or not default_token_generator.check_token(agent, request.session.get(KEPT, "")):
        return render(request, "accounts/link_gone.html", {"languages": settings.LANGUAGES}, status=GONE)
    form = NewPasswordForm(request.POST or None, agent=agent)
    if request.method == "POST" and form.is_valid():
        access.set_password(agent, form.cleaned_data["password"], way="reset")
        letters.tell_of_password(agent)
        del request.session[KEPT]
        messages.success(request, _("The new password is set. Sign in with it."))
        return redirect("accounts:sign_in")
    context = {"form": form, "agent": agent, "languages": settings.LANGUAGES}
    return render(
        request, "accounts/new_password.html", context, status=UNPROCESSABLE if form.errors else 200
    )


def agent_named(name: str) -> Agent | None:
    try:
        pk = int(urlsafe_base64_decode(name).decode())
    except (ValueError, OverflowError):
        return None
    return Agent.objects.filter(pk=pk, is_active=True).first()


@sensitive_post_parameters("present", "password")
@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def change(request):
    """Of somebody signed in, who says the present one. Every other session ends."""
    agent = request.user
    if not agent.has_usable_password():
        return redirect("accounts:forgotten")

    def is_right(password: str) -> bool:
        return get_adapter().reauthenticate(agent, password)

    form = ChangePasswordForm(request.POST or None, agent=agent, is_right=is_right)
    if request.method == "POST" and form.is_valid():
        access.set_password(agent, form.cleaned_data["password"], way="account")
        update_session_auth_hash(request, agent)
        letters.tell_of_password(agent)
        messages.success(request, _("The password is changed. Everywhere else you are signed out."))
        return redirect("mfa_index")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/password.html", {"form": form}, status=status)
