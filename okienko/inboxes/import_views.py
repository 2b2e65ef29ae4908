"""Old letters of a mailbox, brought in quietly: choosing them, watching it, pausing and stopping it."""

from contextlib import closing

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from okienko.events.log import Actor
from okienko.inboxes import operations, registry
from okienko.inboxes.access import of_mailbox
from okienko.inboxes.details_views import frame
from okienko.inboxes.forms import ImportForm, ImportStateForm
from okienko.inboxes.mailbox_views import BUSY
from okienko.inboxes.models import Import, Inbox, Mailbox
from okienko.inboxes.oauth import ConsentError
from okienko.inboxes.source import FolderName, Purpose, SourceError
from okienko.inboxes.standing import mailbox_for
from okienko.ui.fragments import varying, wants_regions

MOST = 30  # imports named on the page
PATIENCE_SECONDS = 10  # with a server that is asked while a page waits
OPEN = (Import.State.RUNNING, Import.State.PAUSED)


@require_http_methods(["GET", "POST"])
@of_mailbox
def imports(request, inbox):
    """What was and is being brought in; POST brings in more. `?folders` asks the server which ones there are."""
    mailbox = mailbox_for(inbox)
    folders, error = known_folders(mailbox), ""
    if request.method == "GET":
        if "folders" in request.GET and not wants_regions_only(request):
            folders, error = folders_there(inbox, folders)
        return page(request, inbox, ImportForm(folders=folders), error=error)
    form = ImportForm(request.POST, folders=folders)
    if not mailbox.is_connected:
        form.add_error(
            None, _("Old letters are brought in while the mailbox is connected. Connect it first.")
        )
    if not form.is_valid():
        return page(request, inbox, form, status=422)
    begin(mailbox, form, request.user)
    return redirect("inboxes:imports", inbox.pk)


def wants_regions_only(request) -> bool:
    """The page asks again by itself: that must not call the server each time."""
    return wants_regions(request) and request.htmx.target != "folders"


def known_folders(mailbox: Mailbox) -> list[FolderName]:
    rows = mailbox.folders.order_by("pk") if mailbox.pk else []
    names = [FolderName(row.name, Purpose(row.purpose)) for row in rows]
    return names or [FolderName("INBOX", Purpose.INBOX)]


def folders_there(inbox: Inbox, known: list[FolderName]) -> tuple[list[FolderName], str]:
    """Every folder the server has; those we know, and why not more, when it cannot be asked."""
    try:
        config = operations.connecting_config(inbox) | {"timeout": PATIENCE_SECONDS}
        with closing(registry.pollable_for(inbox.kind).open(config)) as source:
            return source.folders(), ""
    except (SourceError, ConsentError) as error:
        return known, error.reason


def begin(mailbox: Mailbox, form: ImportForm, agent):
    """The same form a second time begins nothing new."""
    folder, since = form.cleaned_data["folder"], form.cleaned_data["since"]
    same = mailbox.imports.filter(folder__name=folder.name, since=since, before=form.before, state__in=OPEN)
    if not same.exists():
        operations.import_from(mailbox, folder, since=since, before=form.before, agent=agent)


def page(request, inbox: Inbox, form: ImportForm, *, error: str = "", status: int = 200):
    mailbox = mailbox_for(inbox)
    rows = Import.objects.filter(mailbox=mailbox.pk).select_related("folder", "agent").order_by("-pk")
    shown = list(rows[:MOST])
    runs = any(one.state == Import.State.RUNNING for one in shown)
    context = frame(inbox, "imports") | {
        "form": form,
        "error": error,
        "open": [one for one in shown if one.state in OPEN],
        "past": [one for one in shown if one.state not in OPEN],
        "every": BUSY if runs and mailbox.is_connected and not inbox.is_paused else 0,
    }
    is_part = wants_regions(request) and request.htmx.target != "folders"
    template = "inboxes/_import_regions.html" if is_part else "inboxes/imports.html"
    return varying(render(request, template, context, status=status))


@require_POST
@of_mailbox
def import_state(request, inbox, *, import_id: int):
    """Pause, go on or stop."""
    running = get_object_or_404(Import, pk=import_id, mailbox__inbox=inbox)
    form = ImportStateForm(request.POST)
    if form.is_valid() and not operations.set_import_state(
        running, form.cleaned_data["state"], actor=Actor.agent(request.user)
    ):
        messages.info(request, _("This import had ended already."))
    return redirect("inboxes:imports", inbox.pk)
