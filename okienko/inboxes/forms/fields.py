"""Fields of several forms."""

import ipaddress
import re

from django import forms
from django.utils.translation import gettext_lazy as _

HIGHEST_PORT = 65535
LONGEST_HOST = 253
_HOST = re.compile(r"[a-z0-9_][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})*")
AS_IT_IS = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class PlainForm(forms.Form):
    """Its fields look like those of the house."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.RadioSelect):
                field.widget.attrs.setdefault("class", "input")


class HostField(forms.CharField):
    """The name or the number of a server, as DNS knows it; never the address of a page. May be empty."""

    def __init__(self, **kwargs):
        super().__init__(
            max_length=LONGEST_HOST, required=False, widget=forms.TextInput(attrs=AS_IT_IS), **kwargs
        )

    def clean(self, value) -> str:
        host = super().clean(value).rstrip(".").lower()
        if not host or is_number(host):
            return host
        try:
            ascii_host = host.encode("idna").decode()
        except UnicodeError:
            ascii_host = ""
        if not _HOST.fullmatch(ascii_host):
            raise forms.ValidationError(_("Write only the name of the server, like imap.shop.example."))
        return ascii_host


def is_number(host: str) -> bool:
    """An IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def user_name(**kwargs) -> forms.CharField:
    return forms.CharField(max_length=250, required=False, widget=forms.TextInput(attrs=AS_IT_IS), **kwargs)


def password(**kwargs) -> forms.CharField:
    """Never shown again, not even its length."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(max_length=1000, required=False, strip=False, widget=widget, **kwargs)


def port() -> forms.IntegerField:
    """May be empty: the usual one of the chosen encryption."""
    return forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=HIGHEST_PORT)


def encryption() -> forms.ChoiceField:
    choices = [
        ("tls", _("TLS from the start (usual)")),
        ("starttls", _("STARTTLS")),
        ("none", _("none – only inside your own network")),
    ]
    return forms.ChoiceField(label=_("Encryption"), choices=choices)
