"""python -m bench.loader FOLDER [--search]: the corpus of bulkgen.py in FOLDER as rows of an empty installation.

Prints as JSON what a visitor needs: the session of the agent as whom everything is measured, and numbers of
conversations this agent may see. `--search` fills the index too; without it nothing that came in can be found.
"""

import argparse
import gc
import json
import os
import random
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")

SAMPLE = 400
LONG = range(10, 101, 10)  # these have twenty messages


def main(folder: Path, *, search: bool, smtp_port: int, sessions: int) -> dict:
    import django

    django.setup()
    from django.db import transaction

    from bench import history, office, tables, wordlist

    house = office.opened(smtp_port)
    past = history.History(house)
    gc.disable()  # it would count the same million rows again and again, and there are no cycles to find
    words = wordlist.Words() if search else None
    with tables.filling([*past.tables, *([words.table] if words else [])]):
        past.begin()
        message = 0
        for ticket, letters in history.tickets(folder):
            past.add(ticket, letters)
            for letter in letters if words else ():
                message += 1
                words.add(message, int(ticket[0]), past.at(letter[4]), letter[5])
        if words:
            words.finish()
    (session,) = office.signed_in(house.ours)
    people = [house.ours, *house.owners]
    with transaction.atomic():
        many = [key for number in range(sessions) for key in office.signed_in(people[number % len(people)])]
    return {"session": session, "sessions": many, **seen_by(house.ours)}


def seen_by(agent) -> dict:
    """Numbers of conversations the agent may see: long ones, and some of all sizes."""
    from okienko.conversations.models import Conversation

    visible = Conversation.objects.visible_to(agent)
    last = Conversation.objects.order_by("-pk").values_list("pk", flat=True)[0]
    asked = random.Random(7).sample(range(101, last + 1), min(3 * SAMPLE, last - 100))
    found = sorted(visible.filter(pk__in=asked).values_list("pk", flat=True)[:SAMPLE])
    return {
        "conversations": [one.number for one in visible.filter(pk__in=found)],
        "long": [one.number for one in visible.filter(pk__in=LONG)],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--search", action="store_true")
    parser.add_argument("--smtp-port", type=int, default=1)
    parser.add_argument("--sessions", type=int, default=0, help="further sessions, of all agents in turn")
    chosen = parser.parse_args()
    print(json.dumps(main(**vars(chosen))))
