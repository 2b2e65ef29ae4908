"""Looking into a mailbox: what is new is taken in, what is old is imported, what is missing is found.

Nothing here knows what the mailbox speaks (see source.py) nor which thread it runs in (see fetching.py).
Whatever raises leaves the database true: reading it again and going on is always right.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from okienko.events.log import Actor
from okienko.inboxes.models import Arrival, Folder, Import, Mailbox
from okienko.inboxes.operations import imports, ledger, watching
from okienko.inboxes.operations.arriving import take_in_fetched
from okienko.inboxes.source import Fetched, FolderName, FolderState, Purpose, Source, SourceError, Trouble

logger = logging.getLogger(__name__)

LETTERS = 50  # in one request and one transaction
BYTES = 8 * 1024 * 1024  # the same, unless a single letter is longer
SIZES = 500  # asked for at once
SAMPLE = 3  # letters compared to know a folder again
CHUNK = 500  # delivery keys compared at once
DAY = timedelta(days=1)
FULL = 500  # letters of an import that wait to be read: then it pauses for today's


@dataclass
class Stuck:
    """Where the line has broken; outlives the connection."""

    alone: dict[int, int] = field(default_factory=dict)  # folder id → up to this number one letter at a time
    failures: dict[tuple[int, int], int] = field(default_factory=dict)  # (folder id, number) → times


class Look:
    """One open connection to one mailbox, from `watch()` until anything raises.

    `stopped()` is asked between batches.
    """

    def __init__(self, mailbox: Mailbox, source: Source, stopped: Callable[[], bool], stuck: Stuck):
        self.mailbox, self.source, self.stopped, self.stuck = mailbox, source, stopped, stuck
        self.config = mailbox.inbox.config
        self.folders: list[Folder] = []
        self.taken = 0  # letters, by this connection
        self.left: dict[int, list[int]] = {}  # numbers an import has still to bring, by its id

    def watch(self):
        """Learn which folders there are, and follow those that were renamed."""
        there = self.source.folders()
        follow_renames(self.source, list(self.mailbox.folders.all()), there)
        self.mailbox.inbox.refresh_from_db(fields=["config"])
        self.config = self.mailbox.inbox.config
        chosen = set(self.config.get("folders") or [])
        purposes = {Purpose.INBOX, *([Purpose.JUNK] if self.config.get("junk") else [])}
        names = [name for name in there if name.purpose in purposes or name.name in chosen]
        lacking = sorted(chosen - {name.name for name in there})
        inbox = [FolderName("INBOX", Purpose.INBOX)]
        self.folders = ledger.watch(self.mailbox, names or inbox, lacking)

    def everywhere(self) -> bool:
        """A complete look; False when it was stopped in between."""
        for folder in self.folders:
            if not self.into(folder):
                return False
            ledger.looked_into(folder)
        watching.all_well(self.mailbox)
        return True

    def into(self, folder: Folder) -> bool:
        """Take in whatever is new in one folder."""
        self.opened(folder)
        numbers = self.source.numbers(above=folder.confirmed)
        if not numbers:
            return True
        ledger.still_waiting(self.mailbox, len(numbers))
        at = 0
        for batch in self.batches(folder, numbers):
            if self.stopped():
                return False
            take_in_fetched(self.mailbox.inbox, folder, self.fetched(folder, batch), confirm=batch[-1])
            self.taken += len(batch)
            at += len(batch)
            ledger.still_waiting(self.mailbox, len(numbers) - at)
        return True

    def opened(self, folder: Folder) -> FolderState:
        state = self.source.select(folder.name)
        if folder.validity == state.validity:
            return state
        if folder.looked_at is None:
            ledger.begin(folder, state)
        else:
            logger.warning("folder %s of mailbox %s counts anew", folder.pk, self.mailbox.pk)
            recent = self.source.numbers(since=(folder.looked_at - ledger.OVERLAP).date())
            after = recent[0] - 1 if recent else max(0, state.next_number - 1)
            ledger.renumber(folder, state, after=after)
        return state

    def batches(self, folder: Folder, numbers: Sequence[int]) -> Iterator[list[int]]:
        """Numbers in their order, so many at a time that neither memory nor the database is held long."""
        for start in range(0, len(numbers), SIZES):
            part = numbers[start : start + SIZES]
            sizes = self.source.sizes(part)
            batch: list[int] = []
            total = 0
            for number in part:
                size = min(sizes.get(number, 0), settings.MAX_MAIL_BYTES)
                is_full = len(batch) == LETTERS or total + size > BYTES
                if batch and (is_full or batch[0] <= self.stuck.alone.get(folder.pk, 0)):
                    yield batch
                    batch, total = [], 0
                batch.append(number)
                total += size
            if batch:
                yield batch

    def fetched(self, folder: Folder, batch: list[int]) -> list[Fetched]:
        """The letters of a batch; one that the server will not hand out is written down, the others come."""
        place = (folder.pk, batch[0])
        if len(batch) == 1 and self.stuck.failures.get(place, 0) >= ledger.PATIENCE:
            ledger.miss(folder, batch[0], _("The connection breaks each time this letter is fetched."))
            return []
        try:
            return self.source.letters(batch, max_bytes=settings.MAX_MAIL_BYTES)
        except SourceError as error:
            if error.trouble == Trouble.REFUSED:
                return self.one_by_one(folder, batch, error)
            self.stuck.alone[folder.pk] = batch[-1]
            if len(batch) == 1:
                self.stuck.failures[place] = self.stuck.failures.get(place, 0) + 1
            raise

    def one_by_one(self, folder: Folder, batch: list[int], error: SourceError) -> list[Fetched]:
        if len(batch) == 1:
            ledger.miss(folder, batch[0], error.reason)
            return []
        return [letter for number in batch for letter in self.fetched(folder, [number])]

    def missed_ones(self):
        """Ask again for letters that could not be had; those deleted since are forgotten."""
        for folder in self.folders:
            again = folder.missed.filter(validity=folder.validity, attempts__lt=ledger.ATTEMPTS)
            numbers = sorted(again.values_list("number", flat=True))
            if not numbers:
                continue
            self.source.select(folder.name)
            there = set(self.source.numbers(above=numbers[0] - 1, upto=numbers[-1]))
            ledger.found_gone(folder, [number for number in numbers if number not in there])
            for number in numbers:
                if number in there and (letters := self.fetched(folder, [number])):
                    take_in_fetched(self.mailbox.inbox, folder, letters)
                    ledger.found_gone(folder, [number])

    def count(self) -> bool:
        """The daily count: every letter the server has since we began must be with us; gaps are mended."""
        for folder in self.folders:
            self.opened(folder)
            numbers = self.source.numbers(above=folder.begins_after, upto=folder.confirmed)
            gaps = lacking(self.mailbox, folder, numbers)
            mended = 0
            for batch in self.batches(folder, gaps):
                if self.stopped():
                    return False
                mended += take_in_fetched(self.mailbox.inbox, folder, self.fetched(folder, batch))
            if mended:
                logger.warning(
                    "mailbox %s: %s letters had been missed and are here now", self.mailbox.pk, mended
                )
            still = len(lacking(self.mailbox, folder, gaps))
            ledger.counted(folder, on_server=len(numbers), with_us=len(numbers) - still, mended=mended)
        ledger.reconciled(self.mailbox)
        return True

    def is_due_to_count(self) -> bool:
        self.mailbox.refresh_from_db(fields=["reconciled_at"])
        last = self.mailbox.reconciled_at
        return last is None or timezone.now() - last > DAY

    def import_some(self) -> bool:
        """One batch of the oldest running import; False when there is nothing to do now."""
        running = self.mailbox.imports.filter(state=Import.State.RUNNING).select_related("folder").first()
        if running is None or reading_is_behind(self.mailbox):
            return False
        folder = next((one for one in self.folders if one.pk == running.folder_id), running.folder)
        try:
            numbers = self.still_to_import(running, folder)
        except SourceError as error:
            if error.trouble != Trouble.FOLDER:
                raise
            imports.set_import_state(running, Import.State.STOPPED, actor=Actor.system(), error=error.reason)
            return True
        batch = next(self.batches(folder, numbers[:LETTERS]), [])
        if not batch:
            imports.set_import_state(running, Import.State.FINISHED, actor=Actor.system())
            return True
        # Of the first connection the server's flags tell what still waits; what somebody imports is history.
        is_old = running.agent_id is not None
        letters = self.fetched(folder, batch)
        take_in_fetched(self.mailbox.inbox, folder, letters, quiet=True, is_old=is_old)
        imports.import_went_on(running, done=batch[-1], taken=len(batch))
        self.taken += len(batch)
        self.left[running.pk] = numbers[len(batch) :]
        return True

    def still_to_import(self, running: Import, folder: Folder) -> list[int]:
        """Selects the import's folder; its numbers are asked for once per connection."""
        state = self.opened(folder) if folder.is_watched else self.source.select(folder.name)
        if running.validity != state.validity:
            self.left.pop(running.pk, None)
            self.begin_import(running, folder, state)
        if running.pk not in self.left:
            self.left[running.pk] = self.in_range(running)
        return self.left[running.pk]

    def begin_import(self, running: Import, folder: Folder, state: FolderState):
        if folder.validity != state.validity:
            ledger.name_validity(folder, state)
        # What a watched folder has beyond its ledger is today's mail, and not for an import.
        most = folder.confirmed if folder.is_watched else max(0, state.next_number - 1)
        running.upto = min(running.upto, most) if running.upto else most
        running.done, running.taken = 0, 0
        found = len(self.in_range(running))
        imports.import_begun(running, validity=state.validity, found=found)

    def in_range(self, running: Import) -> list[int]:
        if not running.upto:
            return []
        return self.source.numbers(
            above=running.done, upto=running.upto, since=running.since, before=running.before
        )


def follow_renames(source: Source, known: list[Folder], there: list[FolderName]):
    """A folder that has another name now keeps its ledger: the same letters under the same numbers tell it."""
    names = {name.name for name in there}
    lost = [folder for folder in known if folder.name not in names and folder.is_watched]
    new = [name.name for name in there if name.name not in {folder.name for folder in known}]
    for name in new if lost else []:
        try:
            state = source.select(name)
            same = [folder for folder in lost if is_same(source, state, folder)]
        except SourceError as error:
            if error.trouble != Trouble.FOLDER:
                raise
            continue
        if same:
            ledger.rename(same[0], name)
            lost.remove(same[0])


def is_same(source: Source, state: FolderState, folder: Folder) -> bool:
    """Many servers give folders made at one time the same validity, so letters that we have must be in it, too."""
    if folder.validity != state.validity:
        return False
    start = folder.key(0)[:-1]
    ours = Arrival.objects.filter(inbox_id=folder.mailbox.inbox_id, delivery_key__startswith=start)
    ours = ours.select_related("blob").order_by("-pk")[:SAMPLE]
    expected = {int(arrival.delivery_key.removeprefix(start)): arrival.blob.sha256 for arrival in ours}
    letters = source.letters(sorted(expected), max_bytes=settings.MAX_MAIL_BYTES) if expected else []
    return bool(letters) and all(
        expected.get(one.number) == hashlib.sha256(one.payload).hexdigest() for one in letters
    )


def lacking(mailbox: Mailbox, folder: Folder, numbers: Sequence[int]) -> list[int]:
    """Those of the numbers whose letters we do not have."""
    found = []
    for start in range(0, len(numbers), CHUNK):
        keys = {folder.key(number): number for number in numbers[start : start + CHUNK]}
        known = Arrival.objects.filter(inbox_id=mailbox.inbox_id, delivery_key__in=keys)
        ours = set(known.values_list("delivery_key", flat=True))
        found += [number for key, number in keys.items() if key not in ours]
    return found


def reading_is_behind(mailbox: Mailbox) -> bool:
    unread = Arrival.objects.filter(inbox_id=mailbox.inbox_id, state=Arrival.State.NEW)
    return unread[:FULL].count() >= FULL
