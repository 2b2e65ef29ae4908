from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from okienko.upkeep import archive
from okienko.upkeep.operations import backup
from okienko.upkeep.snapshot import CannotCopy


class Command(BaseCommand):
    help = "Write everything but the secret keys into one file, while the product runs."

    def add_arguments(self, parser):
        parser.add_argument(
            "target", nargs="?", help="the file; without it okienko-DATE.backup in this directory"
        )
        parser.add_argument("--for", dest="recipient", default="", help="encrypt for this public key (age1…)")
        parser.add_argument("--new-key", help="write a new secret key to this file and encrypt for it")

    def handle(self, *, target, recipient, new_key, **options):
        target = Path(target or f"okienko-{timezone.localtime():%Y-%m-%d-%H%M%S}.backup")
        try:
            if new_key:
                recipient = archive.new_key(Path(new_key))
                self.stdout.write(f"encrypted for {recipient}; {new_key} opens it: keep it elsewhere")
            made = backup.make(target, recipient=recipient)
        except (OSError, CannotCopy) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{target}: {made.rows} rows, {made.files} files, {made.bytes / 1024**2:.1f} MB of files"
        )
        self.stdout.write("The secret keys are not in it: keep secret.keys or OKIENKO_SECRET_KEYS apart.")
        if made.missing:
            raise CommandError(
                f"{len(made.missing)} files are missing on the disk, the first {made.missing[0]}"
            )
