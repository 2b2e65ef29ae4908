"""The postman: threads that keep every mailbox open and take in what comes, one process per mailbox.

Runs beside the job threads, in `okienko serve` and `okienko worker`. A thread per mailbox: most of the time it
waits for the server to say that something has come.
"""

import logging
import random
import threading
from contextlib import closing
from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from okienko.events import queue
from okienko.inboxes import registry
from okienko.inboxes.looking import Look, Stuck
from okienko.inboxes.models import Import, Mailbox
from okienko.inboxes.oauth import ConsentError
from okienko.inboxes.operations import credentials, leases, watching
from okienko.inboxes.source import SourceError, Trouble

logger = logging.getLogger(__name__)

LOOK = 1.0  # seconds between looks at which mailboxes are to be fetched
BEAT = 5.0  # seconds between stretching leases
POLL = 60.0  # seconds the server may be silent before we look by ourselves
AGAIN = timedelta(hours=1)  # folders are listed and missed letters asked for again
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds before the next try after a failure, doubling
AT_ONCE = 0.2  # seconds before the next try when the line broke while letters came
SLOW = {Trouble.LOGIN: 60.0, Trouble.CONSENT: 60.0}  # a wrong password tried too often locks the mailbox


class Round(threading.Thread):
    """Fetches from one mailbox as long as we hold its lease."""

    def __init__(self, mailbox_id: int, stamp: str):
        super().__init__(name=f"mailbox-{mailbox_id}", daemon=True)
        self.mailbox_id, self.stamp = mailbox_id, stamp
        self.stopping = threading.Event()
        self.nudged = threading.Event()  # something on our side wants a look at once
        self.stuck = Stuck()
        self.failures = 0
        self.has_progressed = False  # letters came by the connection that broke

    def run(self):
        while not self.stopping.is_set():
            try:
                self.once()
            except SourceError as error:
                self.failed(error.trouble, error.reason)
            except ConsentError as error:
                trouble = Trouble.CONSENT if error.needs_consent else Trouble.UNREACHABLE
                self.failed(trouble, error.reason)
            except OSError as error:
                self.failed(Trouble.REFUSED, _("Letters cannot be stored: %s") % error.strerror)
            except DatabaseError as error:
                logger.warning("mailbox %s: the database failed: %s", self.mailbox_id, type(error).__name__)
                self.wait(Trouble.BUSY)
            except Exception:
                logger.exception("mailbox %s: fetching broke", self.mailbox_id)
                self.failed(Trouble.REFUSED, _("Fetching broke inside Okienko; the log tells more."))
        connection.close()

    def once(self):
        """One connection, from its first look until it breaks, is an hour old, or we are told to stop."""
        mailbox = Mailbox.objects.select_related("inbox__brand").get(pk=self.mailbox_id)
        with translation.override(mailbox.inbox.brand.language):
            config = credentials.connecting_config(mailbox.inbox)
            channel = registry.pollable_for(mailbox.inbox.kind)
            with closing(channel.open(config)) as source:
                look = Look(mailbox, source, self.stopping.is_set, self.stuck)
                try:
                    self.stay(look)
                finally:
                    self.has_progressed = look.taken > 0

    def stay(self, look: Look):
        until = timezone.now() + AGAIN
        look.watch()
        look.missed_ones()
        while not self.stopping.is_set() and timezone.now() < until:
            self.nudged.clear()
            if not look.everywhere():
                return
            self.failures = 0
            if look.is_due_to_count() and not look.count():
                return
            if look.import_some():
                continue
            look.source.select(look.folders[0].name)
            connection.close()  # an open mailbox costs a thread, not a database connection
            look.source.wait(POLL, lambda: self.stopping.is_set() or self.nudged.is_set())

    def failed(self, trouble: Trouble, reason: str):
        try:
            mailbox = Mailbox.objects.get(pk=self.mailbox_id)
            watching.failed(mailbox, trouble, reason)
        except (DatabaseError, Mailbox.DoesNotExist) as error:
            logger.warning("mailbox %s: %s, and %s", self.mailbox_id, trouble, type(error).__name__)
        self.wait(trouble)

    def wait(self, trouble: Trouble):
        """Longer after each failure, at least as long as the trouble asks for; never all mailboxes at once."""
        connection.close()
        if self.has_progressed:
            self.failures, self.has_progressed, seconds = 0, False, AT_ONCE
        else:
            seconds = min(FIRST_WAIT * 2**self.failures, LONGEST_WAIT)
            self.failures = min(self.failures + 1, 10)
        self.stopping.wait(max(seconds, SLOW.get(trouble, 0.0)) * random.uniform(0.8, 1.2))  # noqa: S311 - jitter


class Postman(threading.Thread):
    """Decides which mailboxes this process fetches from, and holds their leases."""

    def __init__(self):
        super().__init__(name="postman", daemon=True)
        self.holder = queue.worker_name("postman")
        self.stopping = threading.Event()
        self.rounds: dict[int, Round] = {}
        self.beat_at = 0.0

    def run(self):
        while not self.stopping.is_set():
            try:
                self.turn()
            except Exception:
                logger.exception("the mailboxes cannot be looked after; trying again")
                connection.close()
            self.stopping.wait(LOOK)
        self.leave()

    def turn(self):
        open_imports = Import.objects.filter(mailbox=OuterRef("pk"), state=Import.State.RUNNING)
        rows = Mailbox.objects.wanted().select_related("inbox").annotate(imports_run=Exists(open_imports))
        wanted = {mailbox.pk: mailbox for mailbox in rows}
        self.hold(wanted)
        for pk, mailbox in wanted.items():
            running = self.rounds.get(pk)
            if running and running.stamp != stamp(mailbox):
                self.end(pk)
            elif running and (mailbox.imports_run or mailbox.reconciled_at is None):
                running.nudged.set()
            elif not running and leases.claim(pk, self.holder):
                self.rounds[pk] = Round(pk, stamp(mailbox))
                self.rounds[pk].start()

    def hold(self, wanted: dict[int, Mailbox]):
        """Stretch what we hold; end the rounds of mailboxes that are no longer wanted or no longer ours."""
        ours = set(self.rounds)
        if self.is_time_to_beat():
            leases.free_those_of_the_dead()
            ours = leases.stretch(self.holder)
        for pk in [pk for pk in self.rounds if pk not in wanted or pk not in ours]:
            self.end(pk)
        for pk in [pk for pk, running in self.rounds.items() if not running.is_alive()]:
            self.rounds.pop(pk)
            leases.release(pk, self.holder)

    def is_time_to_beat(self) -> bool:
        now = timezone.now().timestamp()
        if now - self.beat_at < BEAT:
            return False
        self.beat_at = now
        return True

    def end(self, pk: int):
        """Told to stop, it ends within a second or two; its lease is given back when it has."""
        self.rounds[pk].stopping.set()
        self.rounds[pk].stamp = ""

    def leave(self):
        """Stop every round and give their leases back, so that another process goes on at once."""
        for running in self.rounds.values():
            running.stopping.set()
        for running in self.rounds.values():
            running.join(2.0)
        try:
            for pk, running in self.rounds.items():
                if not running.is_alive():
                    leases.release(pk, self.holder)
        except DatabaseError:
            logger.warning("leases of mailboxes were not given back; they end by themselves")
        connection.close()


def stamp(mailbox: Mailbox) -> str:
    """Changes when the mailbox must be opened anew. Tokens that are renewed in time are no reason."""
    inbox = mailbox.inbox
    secrets = "" if inbox.config.get("auth") == "oauth" else inbox.secrets
    return f"{mailbox.connected_at}{inbox.config}{secrets}"


class Handle:
    def __init__(self, postman: Postman):
        self.postman = postman

    def stop(self, timeout: float = 3.0):
        self.postman.stopping.set()
        self.postman.join(timeout)


def start() -> Handle:
    """Look after the mailboxes in this process."""
    postman = Postman()
    postman.start()
    return Handle(postman)
