"""Old letters, brought in quietly and resumably."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from okienko.events.log import Actor, record
from okienko.inboxes.events import ImportChanged
from okienko.inboxes.models import Folder, Import, Mailbox
from okienko.inboxes.source import FolderName


@transaction.atomic
def start_import(
    folder: Folder, *, since: date | None, before: date | None = None, upto: int = 0, agent=None
) -> Import:
    """Old letters of a folder, quietly. `upto` 0: all that are there at the first look."""
    started = Import.objects.create(
        mailbox_id=folder.mailbox_id, folder=folder, since=since, before=before, upto=upto, agent=agent
    )
    _tell_import(started, actor=Actor.agent(agent) if agent else Actor.system())
    return started


@transaction.atomic
def import_from(
    mailbox: Mailbox, name: FolderName, *, since: date | None, before: date | None, agent
) -> Import:
    """Bring in old letters of any folder, watched or not."""
    folder, _ = Folder.objects.get_or_create(
        mailbox=mailbox, name=name.name, defaults={"purpose": name.purpose, "is_watched": False}
    )
    return start_import(folder, since=since, before=before, agent=agent)


@transaction.atomic
def set_import_state(running: Import, state: Import.State, *, actor: Actor, error: str = "") -> bool:
    """Pause, go on, stop or finish; False when it has ended already."""
    locked = Import.objects.select_for_update().get(pk=running.pk)
    if locked.state in {Import.State.FINISHED, Import.State.STOPPED}:
        return False
    locked.state, locked.error = state, error[:500]
    locked.finished_at = timezone.now() if state in {Import.State.FINISHED, Import.State.STOPPED} else None
    locked.save(update_fields=["state", "error", "finished_at"])
    _tell_import(locked, actor=actor)
    return True


def import_begun(running: Import, *, validity: str, found: int):
    """What there is to bring in, seen at the first look or after the server renumbered its letters."""
    running.validity, running.found = validity, found
    running.save(update_fields=["validity", "found", "upto", "done", "taken"])


def import_went_on(running: Import, *, done: int, taken: int):
    running.done, running.taken = done, running.taken + taken
    running.save(update_fields=["done", "taken"])


def _tell_import(changed: Import, *, actor: Actor):
    mailbox = Mailbox.objects.only("inbox_id").get(pk=changed.mailbox_id)
    fact = ImportChanged(inbox_id=mailbox.inbox_id, import_id=changed.pk, state=changed.state)
    record(fact, actor=actor)
