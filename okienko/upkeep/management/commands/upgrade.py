from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from okienko.upkeep.doctor import database, migrations
from okienko.upkeep.operations import backup
from okienko.upkeep.snapshot import CannotCopy


class Command(BaseCommand):
    help = "Bring the database up to this version, with a backup before."

    def add_arguments(self, parser):
        parser.add_argument("--backup", help="where to write the backup; without it beside the data")
        parser.add_argument("--no-backup", action="store_true", help="you have made one yourself")

    def handle(self, *, no_backup, **options):
        database()
        words, pending = migrations()
        self.stdout.write(words)
        if not pending:
            return
        if not no_backup:
            self.back_up(options["backup"])
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("The database is up to date. Start `okienko serve` again.")

    def back_up(self, target):
        name = f"before-upgrade-{timezone.localtime():%Y-%m-%d-%H%M%S}.backup"
        path = Path(target) if target else settings.DATA_DIR / name
        try:
            backup.make(path)
        except (OSError, CannotCopy) as error:
            raise CommandError(f"no backup, so nothing was changed: {error}") from None
        self.stdout.write(f"backup: {path}")
