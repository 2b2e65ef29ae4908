import os
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from okienko.front.demo import shop
from okienko.front.demo.mailsink import listening

HERE = {"localhost", "127.0.0.1", "::1"}


class Command(BaseCommand):
    help = "Fill the installation with a demonstration shop: people, letters, answers. Does nothing the second time."

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="even where the address is not this machine")
        parser.add_argument(
            "--short", action="store_true", help="two dozen letters of today, without the months before"
        )

    def handle(self, *, force, short, **options):
        if urlsplit(settings.PUBLIC_URL).hostname not in HERE and not force:
            raise CommandError(
                f"{settings.PUBLIC_URL} is not this machine, and everybody knows the passwords of the demonstration. "
                "Use --force if you mean it."
            )
        port = int(os.environ.get("OKIENKO_DEMO_SMTP_PORT", "1025"))
        if not shop.exists() and not short:
            self.stderr.write("Making a shop with two months of letters; this takes about half a minute.")
        with listening(settings.DATA_DIR / "outbox", port):
            shop.fill(smtp_port=port, is_short=short)
        self.stdout.write(shop.logins())
