"""The first page of a fresh installation: the shop and its owner."""

from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okienko.accounts.entrance.forms import WhoForm
from okienko.accounts.models import Agent
from okienko.accounts.operations import access, add_agent, set_language
from okienko.front import setup_code
from okienko.inboxes.operations import add_brand

UNPROCESSABLE = 422


class BeginForm(WhoForm):
    code = forms.CharField(
        label=_("Setup code"),
        max_length=60,
        help_text=_(
            "It was printed when Okienko was started, and lies in the file setup.code of the data directory."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    shop = forms.CharField(
        label=_("Name of the shop"), max_length=80, help_text=_("As your customers know it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your e-mail"), max_length=254, help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip
    field_order = ["code", "shop", "name", "email", "password"]

    def clean_code(self):
        if not setup_code.is_right(self.cleaned_data["code"]):
            raise forms.ValidationError(_("This is not the code. Copy it from where Okienko was started."))

    def clean_email(self) -> str:
        self.agent.email = self.cleaned_data["email"].strip().lower()
        if Agent.objects.filter(email=self.agent.email).exists():
            raise forms.ValidationError(_("Take another address."))
        return self.agent.email


@sensitive_post_parameters("password", "code")
@never_cache
@require_http_methods(["GET", "POST"])
def begin(request):
    """Only while there is no owner, and only for whoever knows the setup code."""
    if setup_code.is_begun():
        raise Http404
    if early := ratelimit.consume_or_429(request, action="begin"):
        return early
    form = BeginForm(request.POST or None, agent=Agent())
    if request.method == "GET":
        setup_code.kept()
    elif form.is_valid() and setup_code.take():
        owner = opened(form.cleaned_data)
        login(request, owner, backend=settings.AUTHENTICATION_BACKENDS[0])
        record_authentication(request, owner, method="begin")
        access.note_sign_in(owner, way="begin")
        return redirect("inboxes:mailbox_new")
    context = {"form": form, "languages": settings.LANGUAGES}
    return render(request, "front/begin.html", context, status=UNPROCESSABLE if form.errors else 200)


@transaction.atomic
def opened(given: dict) -> Agent:
    """The owner of the new office, whose shop is its first brand."""
    owner = add_agent(
        email=given["email"], name=given["name"], password=given["password"], role=Agent.Role.OWNER
    )
    set_language(owner, get_language())
    add_brand(name=given["shop"], sender_name=given["shop"])
    return owner
