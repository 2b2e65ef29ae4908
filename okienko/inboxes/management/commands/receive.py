import os
import sys

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from okienko.inboxes.operations import take_in
from okienko.inboxes.routes import inbox_for


class Command(BaseCommand):
    help = "Take in one letter from standard input: okienko receive --to sklep@example.com < mail.eml"

    def add_arguments(self, parser):
        parser.add_argument("--to", required=True, help="the address of ours it came to")

    def handle(self, *, to, **options):
        payload = sys.stdin.buffer.read()
        if not payload.strip():
            self.stop(os.EX_DATAERR, "no letter on standard input")
        try:
            arrival = take_in(inbox_for(to), payload, recipient=to)
        except KeyError:
            self.stop(os.EX_NOUSER, f"{to} is no address of ours")
        except (OSError, DatabaseError) as error:
            # A mail server that pipes to us keeps the letter and comes again on this code.
            self.stop(os.EX_TEMPFAIL, f"could not be stored, try again later: {type(error).__name__}")
        else:
            self.stdout.write(f"stored as arrival {arrival.pk}")

    def stop(self, code: int, words: str):
        self.stderr.write(words)
        raise SystemExit(code)
