"""What agents enter about a customer, checked before an operation sees it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from okienko.contacts.addresses import kind_of, normal
from okienko.lib.text import one_line

# Those who write to Polish shops, the commonest first; each by its own name, as its speakers look for it.
LANGUAGES = [
    ("pl", "polski"), ("uk", "українська"), ("en", "English"), ("de", "Deutsch"), ("cs", "čeština"), ("sk", "slovenčina"),
    ("lt", "lietuvių"), ("be", "беларуская"), ("ru", "русский"), ("fr", "français"), ("es", "español"), ("it", "italiano"),
    ("nl", "Nederlands"), ("ro", "română"), ("hu", "magyar"), ("sv", "svenska"), ("da", "dansk"), ("vi", "tiếng Việt"),
]  # fmt: skip


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=200, error_messages={"required": _("What is this customer called? Write the name.")}
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        choices=[("", ""), *LANGUAGES],
        required=False,
        error_messages={"invalid_choice": _("This language is not in the list. Choose another one.")},
    )


class AddressForm(forms.Form):
    """The cleaned `address` is normalised; `kind` says whether it is an e-mail address or a phone number."""

    address = forms.CharField(
        max_length=320, error_messages={"required": _("Write an e-mail address or a phone number.")}
    )

    def clean_address(self) -> str:
        written = self.cleaned_data["address"]
        value = normal(written)
        if not value and "@" in written:
            raise forms.ValidationError(
                _("This is no e-mail address. It looks like zofia@shop.example, without spaces.")
            )
        if not value:
            raise forms.ValidationError(
                _("Nobody can be called by this number. Polish ones have nine digits; others begin with +.")
            )
        return value

    @property
    def kind(self) -> str:
        return kind_of(self.cleaned_data["address"])


class TagForm(forms.Form):
    name = forms.CharField(max_length=40, error_messages={"required": _("Which tag? Write its name.")})


class NoteForm(forms.Form):
    text = forms.CharField(
        max_length=10_000,
        error_messages={"required": _("There is nothing to keep yet. Write a few words first.")},
    )
