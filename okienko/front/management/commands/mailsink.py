import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from okienko.front.demo.answering import Customers, acquaintances
from okienko.front.demo.mailsink import controller


class Command(BaseCommand):
    help = (
        "A mail server for demonstrations: accepts every letter and keeps it in the data directory's outbox."
    )

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=1025, help="port to listen on (default: 1025)")
        parser.add_argument(
            "--answer",
            metavar="HOST:PORT",
            help="the customers of the demonstration write back now and then, to LMTP at this address",
        )

    def handle(self, *, port, answer, **options):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.customers = Customers(address_of(answer), acquaintances()) if answer else None
        sink = controller(settings.DATA_DIR / "outbox", port, self.heard)
        try:
            sink.start()
        except OSError as error:
            raise CommandError(f"the mail sink cannot listen on port {port}: {error.strerror}") from error
        self.stdout.write(f"letters are kept in {settings.DATA_DIR / 'outbox'}")
        if self.customers:
            self.customers.start()
        stop.wait()
        if self.customers:
            self.customers.stop()
        sink.stop()

    def heard(self, recipients, letter):
        self.stdout.write(f"{', '.join(recipients)}  {letter['Subject'] or ''}")
        self.stdout.flush()
        if self.customers:
            self.customers.heard(recipients, letter)


def address_of(written: str) -> tuple[str, int]:
    host, _, port = written.rpartition(":")
    if not port.isdigit():
        raise CommandError(f"{written} is no address: host:port, as in 127.0.0.1:8001")
    return host or "127.0.0.1", int(port)
