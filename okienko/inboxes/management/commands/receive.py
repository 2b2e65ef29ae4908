import os
import sys

from django.core.management.base import BaseCommand

from okienko.inboxes import registry
from okienko.inboxes.models import Inbox
from okienko.inboxes.operations import take_in
from okienko.inboxes.routes import inbox_for


class Command(BaseCommand):
    help = "Take in one letter from standard input: okienko receive < mail.eml"

    def add_arguments(self, parser):
        parser.add_argument("--to", default="", help="the address of ours it came to; else its headers tell")

    def handle(self, *, to, **options):
        payload = sys.stdin.buffer.read()
        if not payload.strip():
            self.stop(os.EX_DATAERR, "no letter on standard input")
        try:
            inbox, to = (inbox_for(to), to) if to else named_by_headers(payload)
            arrival = take_in(inbox, payload, recipient=to)
        except KeyError:
            self.stop(os.EX_NOUSER, f"{to or 'nobody the letter names'} is no address of ours; see --to")
        except Exception as error:  # noqa: BLE001 - any other end would make the mail server bounce the letter
            # A mail server that pipes to us keeps the letter and comes again on this code.
            self.stop(os.EX_TEMPFAIL, f"could not be stored, try again later: {type(error).__name__}")
        else:
            self.stdout.write(f"stored as arrival {arrival.pk}")

    def stop(self, code: int, words: str):
        self.stderr.write(words)
        raise SystemExit(code)


def named_by_headers(payload: bytes) -> tuple[Inbox, str]:
    """The inbox and the address of ours that the letter names, delivery headers first; else our only mailbox."""
    (inbound,) = registry.channel_for("email").parse(payload)
    for address in [*inbound.delivered_to, *(party.value for party in inbound.recipients)]:
        try:
            return inbox_for(address), address
        except KeyError:
            continue
    mailboxes = list(Inbox.objects.filter(kind="email")[:2])
    if len(mailboxes) == 1:
        return mailboxes[0], ""
    raise KeyError("no address of ours")
