"""Run a command of Okienko that kills itself with SIGKILL at a chosen call of a chosen function.

python -m tests.faults.dying before|after NAME N -- COMMAND …
python -m tests.faults.dying after okienko.files.store.keep 3 -- serve --port 8000

NAME is the dotted name under which the function is called. The product knows nothing of this.
"""

import os
import signal
import sys
import threading
from functools import wraps
from pkgutil import resolve_name


def die():
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()  # the signal may reach another thread first: this one goes no further


def wrap(when: str, name: str, number: int):
    """The `number`-th call of the function kills this process: before it does anything, or after it returned."""
    path, _, attribute = name.rpartition(".")
    owner = resolve_name(path)
    original, lock, calls = getattr(owner, attribute), threading.Lock(), [0]

    @wraps(original)
    def counted(*arguments, **named):
        with lock:
            calls[0] += 1
            is_the_one = calls[0] == number
        if is_the_one and when == "before":
            die()
        answer = original(*arguments, **named)
        if is_the_one:
            die()
        return answer

    setattr(owner, attribute, counted)


def main(words: list[str]):
    import django
    from django.core.management import execute_from_command_line

    when, name, number, separator, *command = words
    if when not in {"before", "after"} or separator != "--":
        sys.exit(__doc__)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")
    django.setup()
    wrap(when, name, int(number))
    execute_from_command_line(["okienko", *command])


if __name__ == "__main__":
    main(sys.argv[1:])
