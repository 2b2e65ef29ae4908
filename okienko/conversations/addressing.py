"""The words by which a letter finds its conversation again: signed addresses, subject tokens."""

import re
import secrets

from okienko.conversations.models import Conversation
from okienko.conversations.models.conversation import FIRST_NUMBER
from okienko.lib.crypto import is_signed, signature

PURPOSE = "reply-address"
SIGNED = re.compile(r"[+-]c(\d{1,18})\.([a-z2-7]{16})@", re.IGNORECASE)
TOKEN = re.compile(r"\[#(\d{5,18})\]|(?<![\w#])#(\d{5,18})\b")
ORDER = re.compile(
    r"(?:zam\w*|order|auftrag|bestell\w*|nr|no\.?|#)\W{0,4}(?:nr|numer|number|no)?\W{0,3}([A-Z0-9][A-Z0-9/\-]{4,24})",
    re.IGNORECASE,
)


def signed_address(address: str, conversation: Conversation, *, separator: str = "+") -> str:
    """support@shop.example → support+c42.<signature>@shop.example. Nobody else can make one.

    `separator` "-": for a domain whose every address leads to us (a catch-all).
    """
    local, _, domain = address.rpartition("@")
    return f"{local}{separator}c{conversation.pk}.{signature(str(conversation.pk), purpose=PURPOSE)}@{domain}"


def conversation_in_address(address: str) -> int | None:
    """The id in a signed address of ours; None when there is none or the signature is not ours."""
    found = SIGNED.search(address)
    if found and is_signed(found[1], found[2], purpose=PURPOSE):
        return int(found[1])
    return None


def new_message_id(conversation: Conversation, domain: str) -> str:
    """Unguessable: whoever quotes it has seen a message of ours."""
    return f"{secrets.token_hex(16)}.{conversation.pk}@{domain or 'okienko.invalid'}"


def subject_token(conversation: Conversation) -> str:
    return f"[#{conversation.number}]"


def conversations_in_subject(subject: str) -> list[int]:
    """Ids of the conversations whose numbers a subject names, tokens in brackets first."""
    numbers = sorted(TOKEN.findall(subject), key=lambda pair: not pair[0])
    return [int(bracketed or bare) - FIRST_NUMBER for bracketed, bare in numbers]


def order_numbers(subject: str) -> list[str]:
    """What looks like an order number in a robot's subject; at least one digit, upper case."""
    return [found.upper() for found in ORDER.findall(subject) if any(letter.isdigit() for letter in found)][
        :5
    ]
