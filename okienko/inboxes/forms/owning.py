"""Whose mailbox it is: addresses, name, brand, team."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okienko.accounts.models import Team
from okienko.inboxes.forms.fields import AS_IT_IS, PlainForm
from okienko.inboxes.models import Address, Brand, Inbox

LONGEST_ADDRESS = 254
MOST_ALIASES = 100


def address_field(**kwargs) -> forms.EmailField:
    return forms.EmailField(max_length=LONGEST_ADDRESS, widget=forms.EmailInput(attrs=AS_IT_IS), **kwargs)


class AddressForm(PlainForm):
    """The first step of a new mailbox. Valid also when the address is taken: see `taken_by`."""

    address = address_field(
        label=_("Address"), help_text=_("The one your customers write to, like shop@your-shop.example.")
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("What your people call it, like “Shop” or “Complaints”. Empty: the address."),
    )
    brand = forms.ModelChoiceField(
        Brand.objects.order_by("name"),
        label=_("Brand"),
        required=False,
        empty_label=_("a new one"),
        help_text=_("The shop as its customers know it. Answers are sent under this name."),
    )
    new_brand = forms.CharField(
        label=_("Or a new brand"),
        max_length=80,
        required=False,
        help_text=_("Only for another shop than those above."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["brand"].initial = first = Brand.objects.order_by("name").first()
        if first is None:
            self.fields["new_brand"].label = self.fields["brand"].label
            self.fields["new_brand"].help_text = self.fields["brand"].help_text
        self.fields["address"].widget.attrs["autofocus"] = True

    def clean_address(self) -> str:
        return self.cleaned_data["address"].lower()

    def clean(self):
        given = self.cleaned_data
        if not self.errors and not given["brand"] and not given["new_brand"]:
            self.add_error("new_brand", _("Choose a brand, or write the name of a new one."))
        return given

    @property
    def shown_name(self) -> str:
        given = self.cleaned_data
        return given["name"] or given["address"][:80]

    @property
    def taken_by(self) -> Inbox | None:
        """The inbox this address leads to already."""
        found = Address.objects.select_related("inbox").filter(value=self.cleaned_data["address"]).first()
        return found.inbox if found else None


class AddressesForm(PlainForm):
    """The address we write from and the others that lead to the same mailbox, one a line."""

    primary = address_field(label=_("Address we write from"))
    aliases = forms.CharField(
        label=_("Other addresses that lead to this mailbox"),
        required=False,
        max_length=MOST_ALIASES * (LONGEST_ADDRESS + 2),
        widget=forms.Textarea(attrs={**AS_IT_IS, "rows": 4}),
        help_text=_("One a line. Okienko knows them as yours and never takes them for a customer."),
    )

    def __init__(self, *args, inbox: Inbox, **kwargs):
        self.inbox = inbox
        super().__init__(*args, **kwargs)

    def clean_primary(self) -> str:
        return self.cleaned_data["primary"].lower()

    def clean_aliases(self) -> list[str]:
        aliases = list(dict.fromkeys(self.cleaned_data["aliases"].lower().replace(",", " ").split()))
        if len(aliases) > MOST_ALIASES:
            raise ValidationError(_("At most %(most)d addresses."), params={"most": MOST_ALIASES})
        wrong = [alias for alias in aliases if not is_address(alias)]
        if wrong:
            words = gettext("This is not an e-mail address: %(addresses)s")
            raise ValidationError(words % {"addresses": ", ".join(wrong[:5])[:300]})
        return aliases

    def clean(self):
        given = self.cleaned_data
        if not self.errors:
            others = Address.objects.exclude(inbox=self.inbox).select_related("inbox")
            for taken in others.filter(value__in=[given["primary"], *given["aliases"]]):
                field = "primary" if taken.value == given["primary"] else "aliases"
                words = gettext("%(address)s belongs to the mailbox “%(name)s”. Take it away there first.")
                self.add_error(field, words % {"address": taken.value, "name": taken.inbox.name})
        return given


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS


class DetailsForm(PlainForm):
    """What it is called, whose brand it is, and who sees what comes in."""

    name = forms.CharField(label=_("Name"), max_length=80)
    brand = forms.ModelChoiceField(Brand.objects.order_by("name"), label=_("Brand"), empty_label=None)
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        label=_("Team"),
        required=False,
        empty_label=_("everybody"),
        help_text=_("New conversations of this mailbox go to it."),
    )
    is_closed = forms.BooleanField(
        label=_("Only for the team"),
        required=False,
        help_text=_("Nobody but the team and managers sees its conversations."),
    )

    def clean(self):
        given = self.cleaned_data
        if given.get("is_closed") and not given.get("team") and "team" not in self.errors:
            self.add_error("team", _("Choose the team that sees it."))
        return given
