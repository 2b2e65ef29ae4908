"""What can happen to a mailbox."""

from dataclasses import dataclass, field

from okienko.events.log import Fact


@dataclass(frozen=True, kw_only=True)
class MailboxChanged(Fact):
    """Somebody set up, connected, paused, resumed, replaced or disconnected it: `change` is that word.

    `changed`: setting → [old, new], or [] where its values are nobody's business: passwords, addresses, names.
    """

    type = "inbox.mailbox_changed"
    inbox_id: int
    change: str
    changed: dict[str, list] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MailboxStopped(Fact):
    """Nothing could be fetched, or sent, for too long. `direction`: "fetching" or "sending"."""

    type = "inbox.mailbox_stopped"
    inbox_id: int
    direction: str
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class MailboxRunsAgain(Fact):
    """What had stopped goes on."""

    type = "inbox.mailbox_runs_again"
    inbox_id: int
    direction: str


@dataclass(frozen=True, kw_only=True)
class ImportChanged(Fact):
    """Old letters are being brought in: `state` is "running", "paused", "finished" or "stopped"."""

    type = "inbox.import_changed"
    inbox_id: int
    import_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class SignatureChanged(Fact):
    """Somebody's answers for a brand end otherwise from now on."""

    type = "agent.signature_changed"
    agent_id: int
    brand_id: int = 0
