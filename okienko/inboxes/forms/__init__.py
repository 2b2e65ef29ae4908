"""What owners enter about mailboxes, checked before an operation sees it."""

from okienko.inboxes.forms.importing import ImportForm, ImportStateForm
from okienko.inboxes.forms.owning import AddressesForm, AddressForm, DetailsForm
from okienko.inboxes.forms.servers import AnswersForm, ServersForm, guess_again, kept_guess

__all__ = [
    "AddressForm", "AddressesForm", "AnswersForm", "DetailsForm", "ImportForm", "ImportStateForm", "ServersForm",
    "guess_again", "kept_guess",
]  # fmt: skip
