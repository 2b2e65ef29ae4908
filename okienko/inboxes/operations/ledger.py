"""What has been taken in from each folder."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from okienko.inboxes.models import Folder, Import, Inbox, Mailbox, Missed
from okienko.inboxes.operations.imports import start_import
from okienko.inboxes.source import FolderName, FolderState, Purpose

FIRST_DAYS = timedelta(days=30)  # of a mailbox that is new to us, brought in quietly
OVERLAP = timedelta(days=3)  # looked at again when the server has renumbered its letters
PATIENCE = 3  # broken lines at one letter before it is left for later
ATTEMPTS = 10  # at a letter the server does not hand out


def watch(mailbox: Mailbox, names: list[FolderName], lacking: list[str]) -> list[Folder]:
    """The watched folders of a mailbox, in the order in which they are looked at.

    `lacking`: chosen ones that the server no longer has; their ledger stays, and their owner is told.
    """
    for name in names:
        folder, _created = Folder.objects.get_or_create(
            mailbox=mailbox, name=name.name, defaults={"purpose": name.purpose}
        )
        if not folder.is_watched:
            folder.is_watched, folder.purpose = True, name.purpose
            folder.save(update_fields=["is_watched", "purpose"])
    there = [name.name for name in names]
    mailbox.folders.exclude(name__in=[*there, *lacking]).update(is_watched=False)
    gone = mailbox.folders.filter(name__in=lacking, is_watched=True)
    gone.update(error=_("This folder is no longer on the server. What it brought is with us."))
    return list(mailbox.folders.filter(is_watched=True, name__in=there).order_by("pk"))


@transaction.atomic
def begin(folder: Folder, state: FolderState):
    """First sight of a folder: what comes is taken in, its last days are imported quietly, junk's are not."""
    folder.validity = state.validity
    folder.confirmed = folder.begins_after = max(0, state.next_number - 1)
    folder.save(update_fields=["validity", "confirmed", "begins_after"])
    if folder.purpose != Purpose.JUNK and folder.confirmed:
        start_import(folder, since=timezone.localdate() - FIRST_DAYS, upto=folder.confirmed)


@transaction.atomic
def renumber(folder: Folder, state: FolderState, *, after: int):
    """The server counts anew (another UIDVALIDITY): go on after the letter `after`.

    Letters we know are recognised by what they are. Imports begin again, which costs time and doubles nothing.
    """
    folder.validity = state.validity
    folder.confirmed = folder.begins_after = after
    folder.save(update_fields=["validity", "confirmed", "begins_after"])
    folder.missed.all().delete()
    open_ones = folder.imports.filter(state__in=[Import.State.RUNNING, Import.State.PAUSED])
    open_ones.update(validity="", done=0, upto=max(0, state.next_number - 1))


def confirm(folder: Folder, number: int):
    """Every letter up to `number` is taken in or written down as missed."""
    if number > folder.confirmed:
        folder.confirmed = number
        folder.save(update_fields=["confirmed"])


def name_validity(folder: Folder, state: FolderState):
    """Of a folder that only imports look into."""
    folder.validity = state.validity
    folder.save(update_fields=["validity"])


@transaction.atomic
def rename(folder: Folder, name: str):
    """The server calls it by another name; its letters are the same, and it stays as chosen as it was."""
    inbox = Inbox.objects.select_for_update().get(mailbox=folder.mailbox_id)
    chosen = inbox.config.get("folders") or []
    if folder.name in chosen:
        inbox.config["folders"] = [name if one == folder.name else one for one in chosen]
        inbox.save(update_fields=["config"])
    Folder.objects.filter(mailbox_id=folder.mailbox_id, name=name).exclude(pk=folder.pk).delete()
    folder.name = name
    folder.save(update_fields=["name"])


def miss(folder: Folder, number: int, reason: str):
    """Write down a letter that could not be had; it is asked for again."""
    missed, is_new = Missed.objects.get_or_create(
        folder=folder, validity=folder.validity, number=number, defaults={"reason": reason[:500]}
    )
    if not is_new:
        missed.attempts += 1
        missed.reason = reason[:500]
        missed.save(update_fields=["attempts", "reason"])


def found_gone(folder: Folder, numbers: list[int]):
    """Letters that had been missed and have since been deleted on the server."""
    folder.missed.filter(number__in=numbers).delete()


def looked_into(folder: Folder, *, error: str = ""):
    folder.looked_at = timezone.now() if not error else folder.looked_at
    folder.error = error[:500]
    folder.save(update_fields=["looked_at", "error"])


def counted(folder: Folder, *, on_server: int, with_us: int, mended: int):
    """The daily count: „serwer ma N, mamy N"."""
    folder.counted_at, folder.on_server, folder.with_us = timezone.now(), on_server, with_us
    folder.mended = mended
    folder.save(update_fields=["counted_at", "on_server", "with_us", "mended"])


def still_waiting(mailbox: Mailbox, count: int):
    Mailbox.objects.filter(pk=mailbox.pk).update(waiting=count)


def reconciled(mailbox: Mailbox):
    Mailbox.objects.filter(pk=mailbox.pk).update(reconciled_at=timezone.now())


def count_again(mailbox: Mailbox):
    """Have the server's letters counted against ours at the next look."""
    Mailbox.objects.filter(pk=mailbox.pk).update(reconciled_at=None)
