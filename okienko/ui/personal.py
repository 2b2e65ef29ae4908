"""The one place where personal data is kept from those who may not see it: names stay, ways to a person do not."""

from django.utils.translation import gettext as _

from okienko.lib.masking import Words, masked

WORD = "personal.see"


def personal(text, agent):
    """`text` as this agent may see it: e-mail addresses, phone numbers and postal addresses replaced by words."""
    if agent.may(WORD):
        return text
    return masked("" if text is None else str(text), words())


def words() -> Words:
    return Words(email=_("e-mail hidden"), phone=_("phone hidden"), postal=_("address hidden"))
