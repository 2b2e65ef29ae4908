"""The search index of a corpus whose sentences come again and again: each is analysed once."""

from functools import lru_cache

from django.db import connection

from bench.tables import Table
from okienko.search.models import Searchable
from okienko.search.words import index_texts

analysed = lru_cache(maxsize=100_000)(index_texts)


class Words:
    def __init__(self):
        self.table = Table(Searchable, "kind", "ref_id", "conversation_id", "at", "lemmas", "surface")

    def add(self, message: int, conversation: int, at: str, body: str):
        """`body` as the corpus writes it, with a backslash and an n for each new line."""
        pairs = [analysed(sentence) for sentence in body.split("\\n\\n")]
        lemmas, surface = (" ".join(pair[side] for pair in pairs) for side in (0, 1))
        self.table.add("message", message, conversation, at, lemmas, surface)

    def finish(self):
        """What the triggers would have done row by row."""
        self.table.flush()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")
