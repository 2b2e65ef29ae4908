"""Setting up a new mailbox: whose it is, where its servers are; then its own page tries it out."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okienko.events.log import Actor
from okienko.inboxes import oauth, operations, registry
from okienko.inboxes.forms import AddressForm, ServersForm, guess_again, kept_guess
from okienko.inboxes.models import Inbox
from okienko.inboxes.oauth_views import of_those_who_connect
from okienko.inboxes.operations.describing import brand_named
from okienko.inboxes.source import Guess

KIND = "email"
JUST_NOW = timedelta(minutes=1)  # the same form again is a double click


@sensitive_post_parameters("password", "imap_password")
@require_http_methods(["GET", "POST"])
@of_those_who_connect
def new(request):
    """Two steps at one address; `step` says which form was sent."""
    if request.method == "GET":
        return first_step(request, AddressForm())
    owner, is_second = AddressForm(request.POST), request.POST.get("step") == "servers"
    if not owner.is_valid():
        return first_step(request, owner, status=422)
    if taken := owner.taken_by:
        return already_there(request, owner, taken, is_again=is_second)
    if not is_second:
        guess = registry.detecting_for(KIND).guess(owner.cleaned_data["address"])
        return second_step(request, owner, guess, ServersForm(old=beginning(guess, owner), is_new=True))
    return finished(request, owner, guess_again(request.POST.get("guess", "")))


def first_step(request, form: AddressForm, *, taken: Inbox | None = None, status: int = 200):
    return render(request, "inboxes/new_address.html", {"form": form, "taken": taken}, status=status)


def already_there(request, form: AddressForm, taken: Inbox, *, is_again: bool):
    if is_again and timezone.now() - taken.created_at < JUST_NOW:
        return redirect("inboxes:mailbox", taken.pk)
    return first_step(request, form, taken=taken, status=422)


def beginning(guess: Guess, owner: AddressForm) -> dict:
    """What the settings of the new inbox begin with."""
    known = {"provider": guess.provider, "oauth": guess.oauth}
    usual = {"username": owner.cleaned_data["address"]}
    return usual | dict(guess.config) | {name: value for name, value in known.items() if value}


def second_step(request, owner: AddressForm, guess: Guess, form: ServersForm, *, status: int = 200):
    provider = next((one for one in oauth.offered() if one.name == guess.oauth), None)
    if not provider:
        form.fields["password"].widget.attrs["autofocus"] = True
    is_known = bool(form["imap_host"].value() and form["host"].value())
    server_fields = ("imap_host", "imap_port", "host", "port", "imap_username", "imap_password")
    context = {
        "owner": owner,
        "form": form,
        "guess": guess,
        "kept_guess": kept_guess(guess),
        "provider": provider,
        "is_known": is_known,
        "is_open": not is_known or any(form[name].errors for name in server_fields),
    }
    return render(request, "inboxes/new_servers.html", context, status=status)


def finished(request, owner: AddressForm, guess: Guess):
    """Make the mailbox, and go on to the provider's page or to the trial."""
    old, chosen = beginning(guess, owner), request.POST.get("provider", "")
    by_provider = bool(chosen) and chosen == guess.oauth and chosen in {one.name for one in oauth.offered()}
    form = ServersForm(old if by_provider else request.POST, old=old, is_new=True, by_provider=by_provider)
    if not form.is_valid():
        return second_step(request, owner, guess, form, status=422)
    try:
        inbox = made(owner, form, Actor.agent(request.user))
    except IntegrityError:  # the other click was quicker
        if taken := owner.taken_by:
            return already_there(request, owner, taken, is_again=True)
        raise
    if by_provider:
        # 307: the browser sends the same form there, with the name of the provider and its own token.
        return HttpResponse(status=307, headers={"Location": reverse("inboxes:oauth_begin", args=[inbox.pk])})
    operations.start_checkup(inbox, agent=request.user, language=request.user.language)
    return redirect("inboxes:mailbox", inbox.pk)


@transaction.atomic
def made(owner: AddressForm, form: ServersForm, actor: Actor) -> Inbox:
    """IntegrityError when the address is taken."""
    given = owner.cleaned_data
    mailbox = operations.set_up(
        brand=brand_named(given["new_brand"]) if given["new_brand"] else given["brand"],
        name=owner.shown_name,
        address=given["address"],
        config=form.config(),
        secrets=form.secrets(),
        actor=actor,
    )
    return mailbox.inbox
