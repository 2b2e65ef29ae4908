import dataclasses
import inspect

from django.core.management.base import BaseCommand, CommandError

from okienko.events.registry import REGISTRY, reactions_to


class Command(BaseCommand):
    help = "Tell what an event means, who records it and what follows: okienko explain conversation.resolved"

    def add_arguments(self, parser):
        parser.add_argument("event", nargs="?", help="type of the event; without it all types are listed")

    def handle(self, *, event, **options):
        if not event:
            self.stdout.write("\n".join(sorted(REGISTRY.facts)))
            return
        fact = REGISTRY.facts.get(event)
        if fact is None:
            raise CommandError(f"there is no event {event}; `okienko explain` lists them all")
        self.stdout.write(f"{event} ({fact.__module__}.{fact.__qualname__})")
        self.stdout.write(f"  {inspect.getdoc(fact)}")
        for field in dataclasses.fields(fact):
            self.stdout.write(f"  {field.name}: {getattr(field.type, '__name__', field.type)}")
        self.stdout.write("recorded by")
        self.tell(recorders(fact))
        self.stdout.write("what follows")
        self.tell([f"{one.name} (queue {one.queue})" for one in reactions_to(event)])

    def tell(self, lines):
        self.stdout.write("\n".join(f"  {line}" for line in lines or ["nothing"]))


def recorders(fact) -> list[str]:
    """The functions of the fact's own room whose code names it."""
    room = __import__(fact.__module__.rpartition(".")[0] + ".operations", fromlist=["operations"])
    modules = [value for value in vars(room).values() if inspect.ismodule(value)] + [room]
    functions = {f for module in modules for f in vars(module).values() if inspect.isfunction(f)}
    named = (f for f in functions if fact.__name__ in f.__code__.co_names)
    return sorted(f"{f.__module__}.{f.__qualname__}" for f in named)
