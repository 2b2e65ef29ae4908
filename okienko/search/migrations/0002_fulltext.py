"""The full-text index hangs on the rows by triggers, so that nothing can change one without the other."""

from django.db import migrations

FORGET = "INSERT INTO search_fts(search_fts, rowid, lemmas, surface) VALUES ('delete', old.id, old.lemmas, old.surface);"
LEARN = "INSERT INTO search_fts(rowid, lemmas, surface) VALUES (new.id, new.lemmas, new.surface);"

FORWARDS = {
    "sqlite": [
        """CREATE VIRTUAL TABLE search_fts USING fts5(lemmas, surface, content='search_searchable',
           content_rowid='id', tokenize="unicode61 remove_diacritics 0")""",
        f"CREATE TRIGGER search_added AFTER INSERT ON search_searchable BEGIN {LEARN} END",
        f"CREATE TRIGGER search_removed AFTER DELETE ON search_searchable BEGIN {FORGET} END",
        f"""CREATE TRIGGER search_changed AFTER UPDATE OF lemmas, surface ON search_searchable
            BEGIN {FORGET} {LEARN} END""",
    ],
    # A tsvector holds at most 1 MB: very long texts are found by their beginning.
    "postgresql": [
        """ALTER TABLE search_searchable ADD COLUMN document tsvector GENERATED ALWAYS AS
           (to_tsvector('simple', left(lemmas, 400000) || ' ' || left(surface, 200000))) STORED""",
        "CREATE INDEX search_document ON search_searchable USING gin (document)",
    ],
}
BACKWARDS = {
    "sqlite": [
        "DROP TRIGGER search_added",
        "DROP TRIGGER search_removed",
        "DROP TRIGGER search_changed",
        "DROP TABLE search_fts",
    ],
    "postgresql": ["ALTER TABLE search_searchable DROP COLUMN document"],
}


def run(statements):
    def on(apps, editor):
        for statement in statements[editor.connection.vendor]:
            editor.execute(statement)

    return on


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(run(FORWARDS), run(BACKWARDS))]
