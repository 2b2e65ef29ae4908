"""The end of an answer: what a person signs with, for each brand."""

from okienko.inboxes.models import Signature
from okienko.lib import rows

DASHES = "\n\n-- \n"  # what mail programs know a signature by


def signed(text: str, *, agent_id: int, brand_id: int) -> str:
    """The text with the agent's signature for the brand below it; the text itself without one. One question."""
    own = rows.values(Signature, ["text"], agent_id=agent_id, brand_id=brand_id)
    return f"{text}{DASHES}{own[0][0]}" if own else text
