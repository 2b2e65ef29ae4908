"""python -m bench.ingest CORPUS: feed a corpus to an empty installation (OKIENKO_DATA, …) in this process."""

import email
import email.policy
import json
import os
import sys
import threading
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")

TO = "support@bench.test"


def main(corpus: Path) -> dict:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from okienko.inboxes.operations import add_brand, add_inbox

    letters = load(corpus)
    inbox = add_inbox(brand=add_brand(name="Bench"), name="Support", kind="email", address=TO)
    seconds = measured(inbox, letters)
    from okienko.conversations.models import Conversation, Message
    from okienko.events.models import Job

    assert Job.objects.count() == 0, "jobs are left over"
    assert Message.objects.count() == len(letters), "letters are missing"
    return {
        "per_s": len(letters) / seconds,
        "conversations": Conversation.objects.count(),
        "joined": Message.objects.exclude(thread_reason="new").count(),
        "bare_parsing_per_s": bare_parsing(letters),
    }


def load(corpus: Path) -> list[tuple[dict, bytes]]:
    lines = (corpus / "manifest.jsonl").read_text().splitlines()
    return [(about, (corpus / about["file"]).read_bytes()) for about in map(json.loads, lines)]


def measured(inbox, letters) -> float:
    """Seconds from the first letter handed over until the last job is done."""
    from okienko.events import worker

    handle = worker.start(network_threads=0)
    feeder = threading.Thread(target=feed, args=(inbox, letters))
    begin = time.perf_counter()
    feeder.start()
    feeder.join()
    wait_until(nothing_left)
    seconds = time.perf_counter() - begin
    handle.stop()
    return seconds


def feed(inbox, letters):
    from okienko.inboxes.operations import take_in

    openers: dict[int, int] = {}  # conversation of the corpus → arrival of its first letter
    tokens: dict[int, bytes] = {}
    for about, raw in letters:
        conversation = about["conv"]
        if about["thread"] in {"tag", "both"}:
            if conversation not in tokens:
                tokens[conversation] = token_of(openers[conversation])
            raw = raw.replace(f"@@TAG{conversation:06d}@@".encode(), tokens[conversation])  # noqa: PLW2901
        arrival = take_in(inbox, raw, recipient=TO)
        openers.setdefault(conversation, arrival.pk)


def token_of(arrival_id: int) -> bytes:
    """What we would have written into the subject of our answer: so the first letter must have been read."""
    from okienko.conversations.addressing import subject_token
    from okienko.conversations.models import Conversation

    found: list[Conversation] = []
    wait_until(
        lambda: found.extend(Conversation.objects.filter(messages__sightings__arrival=arrival_id)) or found
    )
    return subject_token(found[0]).encode()


def in_flight() -> int:
    from okienko.inboxes.models import Arrival

    return Arrival.objects.filter(state="new").count()


def nothing_left() -> bool:
    from okienko.events.models import Job

    return not Job.objects.exists() and in_flight() == 0


def wait_until(condition):
    while not condition():
        time.sleep(0.05)


def bare_parsing(letters) -> float:
    """Letters per second that Python's own parser reads on this machine, for comparison."""
    some = letters[:400]
    begin = time.perf_counter()
    for _, raw in some:
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        [part.get_payload(decode=True) for part in letter.walk() if not part.is_multipart()]
        _ = letter["subject"], letter["from"], letter["to"]
    return len(some) / (time.perf_counter() - begin)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
