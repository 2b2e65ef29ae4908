"""What Django cannot say: the writing transaction of each event on PostgreSQL, and the first epoch."""

import secrets

from django.db import migrations


def add_xid(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE events_event ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()")
        editor.execute("CREATE INDEX events_event_stream ON events_event (xid, id)")


def drop_xid(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE events_event DROP COLUMN xid")


def begin_epoch(apps, editor):
    apps.get_model("events", "Epoch").objects.create(token=secrets.token_hex(4))


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [
        migrations.RunPython(add_xid, drop_xid),
        migrations.RunPython(begin_epoch, migrations.RunPython.noop),
    ]
