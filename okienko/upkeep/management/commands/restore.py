from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from okienko.upkeep.archive import Unreadable
from okienko.upkeep.operations.restore import CannotRestore, restore
from okienko.upkeep.snapshot import CannotCopy


class Command(BaseCommand):
    help = "Make this installation the one a backup was made of. Stop the product first."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("source", help="the file `okienko backup` wrote")
        parser.add_argument("--key", help="file with the secret key the backup was encrypted for")
        parser.add_argument("--replace", action="store_true", help="give up what is here now")

    def handle(self, *, source, key, replace, **options):
        try:
            identity = Path(key).read_text() if key else ""
            done = restore(Path(source), identity=identity, replace=replace)
        except (OSError, CannotCopy, CannotRestore, Unreadable) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{done.rows} rows and {done.files} files came back.")
        for warning in done.warnings:
            self.stdout.write(f"LOOK: {warning}")
