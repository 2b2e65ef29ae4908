import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from okienko.front.demo.mailsink import controller


class Command(BaseCommand):
    help = (
        "A mail server for demonstrations: accepts every letter and keeps it in the data directory's outbox."
    )

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=1025, help="port to listen on (default: 1025)")

    def handle(self, *, port, **options):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        sink = controller(settings.DATA_DIR / "outbox", port, self.say)
        try:
            sink.start()
        except OSError as error:
            raise CommandError(f"the mail sink cannot listen on port {port}: {error.strerror}") from error
        self.stdout.write(f"letters are kept in {settings.DATA_DIR / 'outbox'}")
        stop.wait()
        sink.stop()

    def say(self, recipients, subject):
        self.stdout.write(f"{', '.join(recipients)}  {subject}")
        self.stdout.flush()
