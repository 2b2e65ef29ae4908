"""Who may know that something happened to a mailbox."""

from collections.abc import Iterable

from okienko.accounts.models import Agent


def audiences(ids: Iterable[int]) -> dict[int, frozenset[int] | None]:
    """inbox id → the agents who look after the product."""
    watchers = Agent.objects.with_word("status.see").filter(is_active=True)
    those = frozenset(watchers.values_list("pk", flat=True))
    return dict.fromkeys(ids, those)
