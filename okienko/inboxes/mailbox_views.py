"""The list of mailboxes, and one of them: how it is doing, its check-up, connecting, pausing, letting go."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okienko.events.log import Actor
from okienko.inboxes import oauth, operations
from okienko.inboxes.access import holds_secrets, mailboxes, of_mailbox
from okienko.inboxes.models import Arrival, Import, Inbox, Mailbox, Missed
from okienko.inboxes.oauth_views import of_those_who_connect
from okienko.inboxes.standing import is_fetchable, mailbox_for, remedy, sending_trouble, standing_of
from okienko.inboxes.trials import Trial, trial_of
from okienko.ui.fragments import varying, wants_regions

MOST_MISSED = 50  # letters named on the page
TRYING, BUSY = 1, 2  # seconds until the page asks again: while a trial runs, while letters come in


@require_GET
@of_those_who_connect
def index(request):
    """Every mailbox and how it is doing."""
    unread = dict(
        Arrival.objects.filter(state=Arrival.State.NEW).values_list("inbox").annotate(Count("pk")).order_by()
    )
    found = mailboxes().defer("secrets").prefetch_related("addresses").order_by("name", "pk")
    rows = [Row(inbox, unread.get(inbox.pk, 0)) for inbox in found]
    template = "inboxes/_list_regions.html" if wants_regions(request) else "inboxes/list.html"
    return varying(render(request, template, {"rows": rows}))


class Row:
    """A mailbox as the list shows it."""

    def __init__(self, inbox: Inbox, unread: int):
        self.inbox, self.unread = inbox, unread
        self.mailbox = mailbox_for(inbox)
        self.standing = standing_of(inbox)
        self.sending = sending_trouble(self.mailbox)
        self.address = primary_of(inbox)


def primary_of(inbox: Inbox) -> str:
    """The address it writes from; asks once for all addresses, or not at all where they were prefetched."""
    return next((one.value for one in inbox.addresses.all() if one.is_primary), "")


@require_GET
@of_mailbox
def show(request, inbox):
    return page_of(request, inbox)


def page_of(request, inbox: Inbox, *, status: int = 200, error: str = ""):
    """The mailbox's page, or its regions."""
    mailbox, provider, has_secrets = mailbox_for(inbox), provider_of(inbox), holds_secrets(inbox)
    trial = trial_of(inbox.checkups.order_by("-pk").first())
    context = {
        "at": "show",
        "inbox": inbox,
        "mailbox": mailbox,
        "address": primary_of(inbox),
        "standing": standing_of(inbox),
        "sending": sending_trouble(mailbox),
        "remedy": remedy(mailbox),
        "is_fetchable": is_fetchable(inbox),
        "trial": trial,
        "is_unfolded": bool(trial and (trial.is_running or trial.to_mend)),
        "may_connect": may_connect(inbox, trial),
        "provider": provider,
        "has_secrets": has_secrets,
        "may_try": has_secrets or not is_fetchable(inbox),
        "wants_permission": provider and inbox.config.get("auth") == "oauth" and not has_secrets,
        "error": error,
        **ledger_of(inbox, mailbox),
    }
    context["every"] = pace(mailbox, trial, context["imports"])
    template = "inboxes/_mailbox_regions.html" if wants_regions(request) else "inboxes/mailbox.html"
    return varying(render(request, template, context, status=status))


def ledger_of(inbox: Inbox, mailbox: Mailbox) -> dict:
    """What has been taken in: folders, letters that could not be had, imports that go on."""
    missed = (
        Missed.objects.filter(folder__mailbox=mailbox.pk)
        .select_related("folder")
        .order_by("folder", "number")
    )
    running = Import.objects.filter(mailbox=mailbox.pk, state__in=[Import.State.RUNNING, Import.State.PAUSED])
    return {
        "folders": list(mailbox.folders.filter(is_watched=True).order_by("pk")) if mailbox.pk else [],
        "missed": list(missed[:MOST_MISSED]),
        "missed_count": missed.count(),
        "imports": list(running.select_related("folder").order_by("pk")),
        "unread": Arrival.objects.filter(inbox=inbox, state=Arrival.State.NEW).count(),
        "is_counting": mailbox.is_connected and mailbox.reconciled_at is None,
    }


def pace(mailbox: Mailbox, trial: Trial | None, imports: list[Import]) -> int:
    """Seconds until the page must ask again by itself; 0: the change stream and the page's own patience will do."""
    if trial and trial.is_running:
        return TRYING
    is_active = mailbox.is_connected and not mailbox.inbox.is_paused
    is_busy = mailbox.waiting or mailbox.reconciled_at is None or mailbox.fetched_at is None
    imports_go_on = any(one.state == Import.State.RUNNING for one in imports)
    return BUSY if is_active and not mailbox.failing_since and (is_busy or imports_go_on) else 0


def may_connect(inbox: Inbox, trial: Trial | None) -> bool:
    """The last trial could read the mailbox, and the password it used is still here."""
    return bool(is_fetchable(inbox) and holds_secrets(inbox) and trial and trial.receives)


def provider_of(inbox: Inbox) -> oauth.Provider | None:
    """Whose page lets us into this mailbox, where this installation is registered there."""
    return next((one for one in oauth.offered() if one.name == inbox.config.get("oauth")), None)


@require_POST
@of_mailbox
def checkup(request, inbox):
    operations.start_checkup(inbox, agent=request.user, language=request.user.language)
    return redirect("inboxes:mailbox", inbox.pk)


@require_POST
@of_mailbox
def connection(request, inbox):
    """Fetch from now on. A second click changes nothing."""
    if mailbox_for(inbox).is_connected and not inbox.is_paused:
        return redirect("inboxes:mailbox", inbox.pk)
    if not may_connect(inbox, trial_of(inbox.checkups.order_by("-pk").first())):
        words = _("The mailbox cannot be read yet. Mend what the check-up shows, and check again.")
        return page_of(request, inbox, status=422, error=words)
    operations.connect(inbox, actor=Actor.agent(request.user))
    messages.success(
        request, _("Connected. New letters come in from now on, those of the last 30 days quietly.")
    )
    return redirect("inboxes:mailbox", inbox.pk)


@require_http_methods(["GET", "POST"])
@of_mailbox
def disconnection(request, inbox):
    """What letting go means, and doing it."""
    if request.method == "POST":
        operations.disconnect(inbox, actor=Actor.agent(request.user))
        messages.success(
            request, _("Disconnected. Everything that came stays here; the password is forgotten.")
        )
        return redirect("inboxes:mailbox", inbox.pk)
    context = {"inbox": inbox, "mailbox": mailbox_for(inbox), "address": primary_of(inbox)}
    return render(request, "inboxes/disconnection.html", context)


@require_http_methods(["POST", "DELETE"])
@of_mailbox
def pause(request, inbox):
    """POST pauses, DELETE (or a form's way of saying it) resumes."""
    is_over = request.method == "DELETE" or request.POST.get("_method") == "DELETE"
    act = operations.resume if is_over else operations.pause
    if inbox.is_paused == is_over:
        act(inbox, actor=Actor.agent(request.user))
    return redirect("inboxes:mailbox", inbox.pk)


@require_POST
@of_mailbox
def count(request, inbox):
    """Count the server's letters against ours now, not only once a day."""
    operations.count_again(mailbox_for(inbox))
    messages.success(request, _("The letters are being counted."))
    return redirect("inboxes:mailbox", inbox.pk)
