"""What may be changed of a mailbox: servers and sign-in, how answers leave, addresses, brand and team."""

from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from okienko.events.log import Actor
from okienko.inboxes import operations
from okienko.inboxes.access import holds_secrets, of_mailbox
from okienko.inboxes.forms import AddressesForm, AnswersForm, DetailsForm, ServersForm
from okienko.inboxes.mailbox_views import primary_of, provider_of
from okienko.inboxes.models import Inbox
from okienko.inboxes.operations.describing import describe
from okienko.inboxes.standing import mailbox_for, sending_trouble, standing_of


def frame(inbox: Inbox, at: str) -> dict:
    """What every page of a mailbox says above its tabs."""
    mailbox = mailbox_for(inbox)
    return {
        "at": at,
        "inbox": inbox,
        "mailbox": mailbox,
        "address": primary_of(inbox),
        "standing": standing_of(inbox),
        "sending": sending_trouble(mailbox),
    }


@sensitive_post_parameters("password", "imap_password")
@require_http_methods(["GET", "POST"])
@of_mailbox
def servers(request, inbox):
    """Sign-in and servers. Whatever was changed is tried out at once."""
    data = request.POST if request.method == "POST" else None
    stays = inbox.config.get("auth") == "oauth" and not (data and data.get("password"))
    form = ServersForm(data, old=inbox.config, has_secrets=holds_secrets(inbox), by_provider=stays)
    if data is None or not form.is_valid():
        return servers_page(request, inbox, form=form, status=422 if data else 200)
    operations.change_settings(
        inbox, config=form.config(), secrets=form.secrets(), actor=Actor.agent(request.user)
    )
    if stays and not holds_secrets(inbox):
        messages.warning(
            request, _("Saved. For another server or user name, sign in with the provider again.")
        )
    else:
        operations.start_checkup(inbox, agent=request.user, language=request.user.language)
        messages.success(request, _("Saved. The mailbox is being tried out with the new settings."))
    return redirect("inboxes:mailbox", inbox.pk)


def servers_page(request, inbox: Inbox, *, form=None, answers_form=None, status: int = 200):
    stays = inbox.config.get("auth") == "oauth"
    context = frame(inbox, "servers") | {
        "form": form or ServersForm(old=inbox.config, has_secrets=holds_secrets(inbox), by_provider=stays),
        "answers": answers_form or AnswersForm(old=inbox.config),
        "provider": provider_of(inbox),
        "by_provider": stays,
    }
    return render(request, "inboxes/servers.html", context, status=status)


@require_POST
@of_mailbox
def answers(request, inbox):
    form = AnswersForm(request.POST, old=inbox.config)
    if not form.is_valid():
        return servers_page(request, inbox, answers_form=form, status=422)
    operations.change_settings(inbox, config=form.config(), secrets={}, actor=Actor.agent(request.user))
    messages.success(request, _("Saved."))
    return redirect("inboxes:servers", inbox.pk)


@require_http_methods(["GET", "POST"])
@of_mailbox
def addresses(request, inbox):
    if request.method == "GET":
        return addresses_page(request, inbox)
    form = AddressesForm(request.POST, inbox=inbox)
    if form.is_valid():
        try:
            operations.set_addresses(
                inbox,
                form.cleaned_data["primary"],
                form.cleaned_data["aliases"],
                actor=Actor.agent(request.user),
            )
        except IntegrityError:
            form.add_error(None, _("One of these addresses has just been given to another mailbox."))
        else:
            messages.success(request, _("Saved."))
            return redirect("inboxes:addresses", inbox.pk)
    return addresses_page(request, inbox, form=form, status=422)


@require_POST
@of_mailbox
def details(request, inbox):
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return addresses_page(request, inbox, details_form=form, status=422)
    describe(inbox, **form.cleaned_data, actor=Actor.agent(request.user))
    messages.success(request, _("Saved."))
    return redirect("inboxes:addresses", inbox.pk)


def addresses_page(request, inbox: Inbox, *, form=None, details_form=None, status: int = 200):
    others = [one.value for one in inbox.addresses.all() if not one.is_primary]
    own = {"primary": primary_of(inbox), "aliases": "\n".join(sorted(others))}
    shown = {name: getattr(inbox, name) for name in ("name", "brand", "team", "is_closed")}
    context = frame(inbox, "addresses") | {
        "form": form or AddressesForm(inbox=inbox, initial=own),
        "details": details_form or DetailsForm(initial=shown),
    }
    return render(request, "inboxes/addresses.html", context, status=status)
