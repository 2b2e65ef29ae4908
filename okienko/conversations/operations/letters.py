"""One arrival with everything its transaction needs, gathered before that opens."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from okienko.files import store
from okienko.files.models import Blob
from okienko.inboxes.channel import HOLDS_BACK, Inbound, InboundFile, Party, Role
from okienko.inboxes.models import Arrival, Inbox
from okienko.inboxes.routes import ours_among


@dataclass(frozen=True)
class Letter:
    """`files`: kept on disk, their rows not yet saved. `ours`: those of the addresses that lead to us."""

    inbox: Inbox
    inbound: Inbound
    arrival: Arrival | None
    files: list[tuple[Blob, InboundFile]]
    ours: set[str]

    @property
    def is_quiet(self) -> bool:
        return bool(self.arrival and self.arrival.is_quiet)

    @property
    def is_settled(self) -> bool:
        """Brought in by an import, and dealt with before: it opens nothing and waits for nobody."""
        return bool(self.arrival and self.arrival.is_settled)

    @property
    def received_at(self) -> datetime:
        """The earliest trusted clock, never in the future."""
        now = self.arrival.created_at if self.arrival else timezone.now()
        return min(self.inbound.received_at or now, now)

    @property
    def others(self) -> list[Party]:
        """People outside our office in To and Cc, each once, without the sender."""
        named = [
            p for p in self.inbound.recipients if p.role in {Role.TO, Role.CC} and p.value not in self.ours
        ]
        unique = {party.value: party for party in named if party.value != self.inbound.sender.value}
        return list(unique.values())

    @property
    def held_back(self) -> bool:
        """Written by a machine that must never open, reopen or be answered."""
        return self.inbound.automatic in HOLDS_BACK


def gathered(inbox: Inbox, inbound: Inbound, arrival: Arrival | None) -> Letter:
    files = [(store.keep(file.data), file) for file in inbound.files]
    named = [party.value for party in inbound.recipients]
    ours = ours_among({*named, *inbound.delivered_to, inbound.sender.value})
    return Letter(inbox, inbound, arrival, files, ours)
