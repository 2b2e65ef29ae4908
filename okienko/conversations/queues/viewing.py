"""What somebody looks at: a queue or a search, with a status and an order, as an address says it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise

from okienko.conversations.queues.kinds import DEFAULT, QUEUES, Queue, named
from okienko.conversations.queues.places import Places
from okienko.conversations.queues.sorts import SORTS

MOST_WORDS = 200  # characters


@dataclass(frozen=True)
class View:
    """`status`: "" where the queue has none to ask for. `words`: of a search, which goes through all queues."""

    queue: Queue
    status: str
    sort: str
    words: str = ""

    @property
    def name(self) -> str:
        return self.queue.name

    @property
    def label(self) -> str | Promise:
        return self.queue.label

    @property
    def query(self) -> str:
        """The address of the same, after its „?"; what goes without saying is left out."""
        return self.address()

    def address(self, **other: str) -> str:
        """As `query`, with something else in place of it."""
        words = {"q": self.words} if self.words else {}
        said = {**words, "queue": self.name, "status": self.status, "sort": self.sort, **other}
        usual = {"status": next(iter(self.queue.statuses), ""), "sort": sorts_of(self)[0]}
        return urlencode({key: value for key, value in said.items() if value and usual.get(key) != value})

    @property
    def is_choice(self) -> bool:
        """Has the queue several statuses?"""
        return not self.words and len(self.queue.statuses) > 1

    @property
    def is_mine(self) -> bool:
        """Everything in it belongs to the reader."""
        return not self.words and self.name in {"mine", "for-me"}

    @property
    def is_aside(self) -> bool:
        """Spam or trash: there is nothing to do but to take it out."""
        return not self.words and self.name in {"spam", "trash"}


def sorts_of(view: View) -> tuple[str, ...]:
    """Orders that make sense, the usual one first."""
    if view.words:
        return ("newest",)
    if view.status in {"", "open"}:
        return view.queue.sorts
    return tuple(sort for sort in view.queue.sorts if sort != "waiting")


def view(asked, places: Places) -> View:
    """What the address asks for (`asked`: its GET); what it gets wrong is as if it had not been said."""
    queue = _queue(asked.get("queue", ""), places) or QUEUES[DEFAULT]
    words = asked.get("q", "").strip()[:MOST_WORDS]
    status = asked.get("status", "")
    if words or status not in queue.statuses:
        status = "" if words or not queue.statuses else queue.statuses[0]
    plain = View(queue, status, "", words)
    sort = asked.get("sort", "")
    return View(
        queue, status, sort if sort in sorts_of(plain) and sort in SORTS else sorts_of(plain)[0], words
    )


def _queue(name: str, places: Places) -> Queue | None:
    queue = named(name)
    if queue is None or queue.own is None:
        return queue
    kind, pk = queue.own
    theirs = places.teams if kind == "team" else places.inboxes
    return next((named(name, one.name) for one in theirs if one.pk == pk), None)
