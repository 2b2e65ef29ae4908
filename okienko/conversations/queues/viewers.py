"""Who looks, as far as it decides what they see."""

from dataclasses import dataclass

SIGHT = (
    "conversations.read",
    "conversations.see_closed",
    "personal.see",
)  # the words that decide what is seen


@dataclass(frozen=True)
class Viewer:
    """An agent, small enough to be the key of a cache."""

    pk: int
    words: frozenset[str]

    def may(self, word: str) -> bool:
        return word in self.words


def viewer_of(agent) -> Viewer:
    return Viewer(agent.pk, frozenset(word for word in SIGHT if agent.may(word)))
