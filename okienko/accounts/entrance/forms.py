"""What is asked at the entrance."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from okienko.accounts.models import Agent

LONGEST_PASSWORD = 1000


def password_field(label, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=LONGEST_PASSWORD, strip=False, widget=widget)


class EntranceForm(forms.Form):
    """Its fields are large enough for fingers."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input input--touch"


class SignInForm(EntranceForm):
    email = forms.EmailField(max_length=254)
    password = forms.CharField(max_length=LONGEST_PASSWORD, strip=False)


class ForgottenForm(EntranceForm):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


class NewPasswordForm(EntranceForm):
    """A password that may be used for `agent`, who need not be stored yet."""

    password = password_field(_("New password"), "new-password")

    def __init__(self, *args, agent: Agent, **kwargs):
        super().__init__(*args, **kwargs)
        self.agent = agent
        self.fields["password"].help_text = _(
            "At least 12 characters. A few words nobody would guess are best."
        )

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.agent)
        return password


class ChangePasswordForm(NewPasswordForm):
    """`is_right(password)` tells whether the present one is right; it may raise ValidationError."""

    present = password_field(_("Present password"), "current-password")
    field_order = ["present", "password"]

    def __init__(self, *args, is_right, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_right = is_right

    def clean_present(self):
        if not self.is_right(self.cleaned_data["present"]):
            raise ValidationError(_("Wrong password."))


class WhoForm(NewPasswordForm):
    """The name and password of somebody new."""

    name = forms.CharField(
        label=_("First and last name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "password"]

    def clean_name(self) -> str:
        self.agent.name = self.cleaned_data["name"].strip()
        return self.agent.name


class OfficeSignInForm(forms.Form):
    requires_second_factor = forms.BooleanField(
        label=_("Everybody needs a second factor"),
        help_text=_(
            "Who has none yet sets one up before doing anything else: a passkey or an authenticator app."
        ),
        required=False,
    )
