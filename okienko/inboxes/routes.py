"""Which inbox does an address of ours lead to?"""

import re

from okienko.inboxes.models import Address, Inbox
from okienko.lib import rows

# What a signed address of ours bears where there is no plus-addressing but every address leads to us.
SIGNED_TAIL = re.compile(r"-c\d{1,18}\.[a-z2-7]{16}$")


def without_plus(address: str) -> str:
    """support+c10.abc@shop.example → support@shop.example; support-c10.<signature>@shop.example, too."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{SIGNED_TAIL.sub('', local.partition('+')[0])}{at}{domain}"


def inbox_for(address: str) -> Inbox:
    """The inbox behind an address, with or without a +part. KeyError when it is none of ours."""
    wanted = {address.strip().lower(), without_plus(address)}
    found = Address.objects.select_related("inbox").filter(value__in=wanted).first()
    if found is None:
        raise KeyError(address)
    return found.inbox


def ours_among(addresses) -> set[str]:
    """Those of the given lower-case addresses that lead to us."""
    plain = {address: without_plus(address) for address in addresses}
    known = {value for (value,) in rows.values(Address, ["value"], value__in={*plain, *plain.values()})}
    return {address for address, bare in plain.items() if address in known or bare in known}
