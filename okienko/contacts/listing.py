"""The list of customers: all of them, or those a search finds, newest first, with what rooms above say of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.expressions import Expression

from okienko.contacts.models import Contact, ContactTag, Identity
from okienko.contacts.operations.indexing import KIND
from okienko.lib.text import fold
from okienko.search import index
from okienko.search.words import WORD as WORDS
from okienko.ui.personal import WORD, personal

PAGE = 50
MOST_FOUND = 2000
MOST_CHECKED = 300  # contacts looked into for those who see no addresses

# Name of a column → (agent) → what the database answers for each contact. Wiring gives them.
_columns: dict[str, Callable[[object], Expression]] = {}


def install(columns: Mapping[str, Callable[[object], Expression]]):
    _columns.clear()
    _columns.update(columns)


@dataclass(frozen=True)
class Page:
    """`contacts` with their columns, `reach` (kind, value of the address that is shown) and `words` (tags).

    `next`: the key to go on after, 0 at the end.
    """

    contacts: list[Contact]
    next: int


def found(words: str, agent) -> QuerySet[Contact]:
    """Customers whose name, addresses or tags hold every word, in any form or begun."""
    visible = Contact.objects.visible_to(agent)
    if not words:
        return visible
    if not agent.may(WORD):
        return visible.filter(pk__in=_found_in_what_is_shown(words, agent, visible))
    return visible.filter(pk__in=_hits(words, MOST_FOUND))


def _hits(words: str, most: int) -> set[int]:
    asked = [index.found(words, kinds=(KIND,)), index.beginning(words, kinds=(KIND,))]
    return {pk for hits in asked for pk in hits.values_list("ref_id", flat=True)[:most]}


def _found_in_what_is_shown(words: str, agent, visible: QuerySet[Contact]) -> set[int]:
    """Who sees no addresses must not guess them by searching: only names and tags, as they are shown."""
    shown = visible.filter(pk__in=_hits(words, MOST_CHECKED)).prefetch_related("tags")
    texts = {one.pk: "\n".join([one.name, *(tag.name for tag in one.tags.all())]) for one in shown}
    return {pk for pk, text in texts.items() if _holds(personal(text, agent), words)}


def _holds(text: str, words: str) -> bool:
    own = [fold(word) for word in WORDS.findall(text)]
    begun = index.beginnings(words)
    is_begun = bool(begun) and all(any(one.startswith(word) for one in own) for word in begun)
    return is_begun or index.holds(text, words)


def page(contacts: QuerySet[Contact], agent, after: int = 0) -> Page:
    """One page: three questions, whatever its length."""
    if after:
        contacts = contacts.filter(pk__lt=after)
    columns = {name: column(agent) for name, column in _columns.items()}
    rows = list(contacts.annotate(**columns).order_by("-pk")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    ids = [row.pk for row in rows]
    addresses, tags = _addresses_of(ids) if agent.may(WORD) else {}, _tags_of(ids)
    for row in rows:
        row.reach, row.words = addresses.get(row.pk), tags.get(row.pk, [])
    return Page(rows, rows[-1].pk if more else 0)


def _addresses_of(ids: list[int]) -> dict[int, tuple[str, str]]:
    """The first of each: what they are written at before what they are called at, the chosen one before others."""
    shown = Identity.objects.filter(contact__in=ids, kind__in=[Identity.Kind.EMAIL, Identity.Kind.PHONE])
    found: dict[int, tuple[str, str]] = {}
    rows = shown.order_by("kind", "-is_primary", "created_at", "pk")
    for contact, kind, value in rows.values_list("contact_id", "kind", "value"):
        found.setdefault(contact, (kind, value))
    return found


def _tags_of(ids: list[int]) -> dict[int, list[str]]:
    links = ContactTag.contacts.through.objects.filter(contact__in=ids).order_by("contacttag__name")
    found: dict[int, list[str]] = {}
    for contact, name in links.values_list("contact_id", "contacttag__name"):
        found.setdefault(contact, []).append(name)
    return found
