import signal
import threading

from django.core.management.base import BaseCommand

from okienko.events import worker
from okienko.inboxes import fetching


class Command(BaseCommand):
    help = (
        "Run jobs and fetch mail until stopped: a process of its own beside `okienko serve`, on PostgreSQL."
    )

    def add_arguments(self, parser):
        parser.add_argument("--threads", type=int, help="threads for quick jobs")
        parser.add_argument(
            "--network-threads", type=int, help="threads for jobs that wait for other servers"
        )

    def handle(self, *, threads, network_threads, **options):
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        handle = worker.start(job_threads=threads, network_threads=network_threads)
        postman = fetching.start()
        self.stdout.write("Okienko works on its queue")
        stop.wait()
        postman.stop()
        handle.stop(timeout=30)
