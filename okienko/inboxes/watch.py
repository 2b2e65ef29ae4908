"""How the mailboxes are doing, for the status page and for machines that watch."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from okienko.inboxes.models import Arrival, Inbox, Mailbox, Missed
from okienko.inboxes.standing import Standing, alarms_of, mailbox_for, sending_trouble, standing_of

Figure = tuple[str, str, dict[str, str], float]

MEANINGS = {
    "okienko_mailbox_fetch_age_seconds": "Seconds since the last complete look into a mailbox that is fetched from",
    "okienko_mailbox_waiting_letters": "Letters seen on the server and not yet taken in",
    "okienko_mailbox_unread_arrivals": "Letters taken in and not yet read",
    "okienko_mailbox_failing": "1 while fetching from or sending by a mailbox fails",
    "okienko_mailbox_missed_letters": "Letters the server would not hand out",
}


@dataclass(frozen=True)
class Seen:
    """One mailbox at one moment."""

    inbox: Inbox
    mailbox: Mailbox
    unread: int
    missed: int

    @property
    def standing(self) -> Standing:
        return standing_of(self.inbox)

    @property
    def sending(self) -> Standing | None:
        return sending_trouble(self.mailbox)

    @property
    def age_seconds(self) -> float | None:
        """None where nothing is to be fetched."""
        wanted = self.mailbox.is_connected and not self.inbox.is_paused
        return self.mailbox.age.total_seconds() if wanted and self.mailbox.age else None

    def figures(self) -> list[tuple[str, dict[str, str], float]]:
        inbox = {"inbox": str(self.inbox.pk)}
        failing = {"fetching": self.mailbox.failing_since, "sending": self.mailbox.sending_failing_since}
        age = [("okienko_mailbox_fetch_age_seconds", inbox, self.age_seconds)] if self.age_seconds else []
        return [
            *age,
            ("okienko_mailbox_waiting_letters", inbox, self.mailbox.waiting),
            ("okienko_mailbox_unread_arrivals", inbox, self.unread),
            ("okienko_mailbox_missed_letters", inbox, self.missed),
            *(
                ("okienko_mailbox_failing", {**inbox, "direction": direction}, float(since is not None))
                for direction, since in failing.items()
            ),
        ]


@dataclass(frozen=True)
class Mailboxes:
    """What okienko.events.registry.Seen promises, of all mailboxes."""

    rows: list[Seen]

    @property
    def complaints(self) -> list[str]:
        """One sentence for each direction of each mailbox that has stopped."""
        sentence = _("The mailbox “%(name)s” is %(words)s – %(reason)s")
        return [
            sentence % {"name": row.inbox.name, "words": alarm.words, "reason": alarm.reason}
            for row in self.rows
            for alarm in alarms_of(row.mailbox)
        ]

    def figures(self) -> list[Figure]:
        return [
            (name, MEANINGS[name], labels, value)
            for row in self.rows
            for name, labels, value in row.figures()
        ]


def look() -> Mailboxes:
    """In three questions, however many mailboxes there are."""
    inboxes = Inbox.objects.filter(kind="email").select_related("mailbox").defer("secrets")
    new = Arrival.objects.filter(state=Arrival.State.NEW)
    unread = dict(new.values_list("inbox").annotate(Count("pk")).order_by())
    missed = dict(Missed.objects.values_list("folder__mailbox__inbox").annotate(Count("pk")).order_by())
    return Mailboxes(
        [
            Seen(inbox, mailbox_for(inbox), unread.get(inbox.pk, 0), missed.get(inbox.pk, 0))
            for inbox in inboxes.order_by("name", "pk")
        ]
    )
