"""The index: written in the transaction of the change, asked in each database's own way."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from okienko.lib import rows
from okienko.lib.text import fold
from okienko.search.models import Searchable
from okienko.search.words import LONGEST_WORD, WORD, base_forms, index_texts

AT_ONCE = 500  # keys in one statement

# Triggers (migration 0002) keep the FTS5 table and the tsvector in step with these rows.


def write(*, kind: str, ref_id: int, text: str, at: datetime, conversation_id: int | None = None):
    """Index one new thing. Call it inside the operation that creates it."""
    lemmas, surface = index_texts(text)
    rows.insert_all(
        [
            Searchable(
                kind=kind,
                ref_id=ref_id,
                conversation_id=conversation_id,
                at=at,
                lemmas=lemmas,
                surface=surface,
            )
        ]
    )


def rewrite(*, kind: str, ref_id: int, text: str):
    """Index a thing again whose text changed."""
    lemmas, surface = index_texts(text)
    Searchable.objects.filter(kind=kind, ref_id=ref_id).update(lemmas=lemmas, surface=surface)


def remove(*, kind: str, ref_ids: list[int]):
    Searchable.objects.filter(kind=kind, ref_id__in=ref_ids).delete()


def carry(conversation_id: int, to: int) -> list[int]:
    """What was found in one conversation is found in another from now on. Returns the keys of the rows."""
    mine = Searchable.objects.filter(conversation_id=conversation_id)
    ids = list(mine.order_by("pk").values_list("pk", flat=True))
    mine.update(conversation_id=to)
    return ids


def carry_back(ids: list[int], to: int):
    """Undo `carry` for the rows of these keys."""
    for start in range(0, len(ids), AT_ONCE):
        Searchable.objects.filter(pk__in=ids[start : start + AT_ONCE]).update(conversation_id=to)


def found(query: str, *, kinds: tuple[str, ...] = ()) -> QuerySet[Searchable]:
    """Rows that hold every word of `query` in any inflected form, newest first; none for an empty query."""
    words = WORD.findall(query[:500])[:20]
    hits = Searchable.objects.order_by("-at", "-pk")
    if kinds:
        hits = hits.filter(kind__in=kinds)
    if not words:
        return hits.none()
    if connection.vendor == "postgresql":
        asked = " & ".join("(" + " | ".join(_forms(word)) + ")" for word in words)
        return hits.extra(where=["document @@ to_tsquery('simple', %s)"], params=[asked])
    asked = " AND ".join("(" + " OR ".join(f'"{form}"' for form in _forms(word)) + ")" for word in words)
    return hits.filter(pk__in=RawSQL("SELECT rowid FROM search_fts WHERE search_fts MATCH %s", [asked]))


def beginning(typed: str, *, kinds: tuple[str, ...] = ()) -> QuerySet[Searchable]:
    """Rows that hold a word for each one of `typed` that begins with it: what somebody looks for while typing.

    Newest first; none for an empty query.
    """
    words = beginnings(typed)
    hits = Searchable.objects.order_by("-at", "-pk")
    if kinds:
        hits = hits.filter(kind__in=kinds)
    if not words:
        return hits.none()
    if connection.vendor == "postgresql":
        asked = " & ".join(f"{word}:*" for word in words)
        return hits.extra(where=["document @@ to_tsquery('simple', %s)"], params=[asked])
    asked = " AND ".join(f'"{word}" *' for word in words)
    return hits.filter(pk__in=RawSQL("SELECT rowid FROM search_fts WHERE search_fts MATCH %s", [asked]))


def beginnings(typed: str) -> list[str]:
    """The folded words of what somebody is typing, the last one perhaps unfinished."""
    return [fold(word)[:LONGEST_WORD] for word in WORD.findall(typed[:500])[:20]]


def holds(text: str, query: str) -> bool:
    """Would `found` give a thing with this text?"""
    lemmas, surface = index_texts(text)
    there, words = {*lemmas.split(), *surface.split()}, WORD.findall(query[:500])[:20]
    return bool(words) and all(not there.isdisjoint(_forms(word)) for word in words)


def _forms(word: str) -> list[str]:
    return sorted({*base_forms(word), fold(word)})
