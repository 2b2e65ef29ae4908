"""Where the mailbox is and how to sign in there; how answers leave it and find their way back."""

from collections.abc import Iterator

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okienko.inboxes.forms import fields
from okienko.inboxes.forms.fields import HostField, PlainForm
from okienko.inboxes.operations.mailboxes import SERVER
from okienko.inboxes.source import Guess

IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}
SMTP_PORTS = {"tls": 465, "starttls": 587, "none": 25}
PASSWORDS = ("password", "imap_password")
MOST_LETTERS = 100_000  # in a minute or an hour
GUESSED = "inboxes.guess"  # the salt of what was recognised, while it waits on a page
A_DAY = 24 * 3600


class ServersForm(PlainForm):
    """Sign-in and servers. `old`: the inbox's config, or what was recognised.

    `is_new`: nothing is stored yet. `has_secrets`: a password is stored. `by_provider`: the page of Google or
    Microsoft lets us in, no password.
    """

    username = fields.user_name(label=_("User name"), help_text=_("Mostly the whole address."))
    password = fields.password(label=_("Password"))
    imap_host = HostField(label=_("Server (IMAP)"))
    imap_port = fields.port()
    imap_security = fields.encryption()
    host = HostField(label=_("Server (SMTP)"))
    port = fields.port()
    security = fields.encryption()
    imap_username = fields.user_name(
        label=_("Other user name for receiving"),
        help_text=_("Only where receiving wants another one than sending."),
    )
    imap_password = fields.password(label=_("Other password for receiving"))
    junk = forms.BooleanField(
        label=_("Watch the junk folder, too"),
        required=False,
        help_text=_("Letters of customers sometimes land there by mistake."),
    )
    sent_copy = forms.BooleanField(
        label=_("Lay a copy of each answer into the folder for sent mail"),
        required=False,
        help_text=_("Then it is seen in the mailbox itself, too. Some providers do this by themselves."),
    )

    def __init__(
        self, *args, old: dict, is_new: bool = False, has_secrets: bool = False, by_provider: bool = False, **kwargs
    ):  # fmt: skip
        self.old, self.is_new, self.has_secrets, self.by_provider = old, is_new, has_secrets, by_provider
        shown = {name: old[name] for name in self.base_fields if name in old and name not in PASSWORDS}
        usual = {"imap_security": "tls", "security": "tls" if is_new else "none"}
        super().__init__(*args, initial=usual | shown, **kwargs)
        for name, ports in (("imap_port", IMAP_PORTS), ("port", SMTP_PORTS)):
            self.fields[name].widget.attrs["placeholder"] = ports["tls"]
        if has_secrets:
            self.fields["password"].help_text = _("Empty: the one that is stored stays.")

    def clean(self):
        given = self.cleaned_data
        if not self.errors:
            # A list, because an error takes its field out of what was given.
            for name, words in list(self.lacking(given)):
                self.add_error(name, words)
        return given

    def lacking(self, given: dict) -> Iterator[tuple[str, str]]:
        """(field, words) for each that cannot stay empty."""
        if not given["host"]:
            yield "host", gettext("Enter the server that sends.")
        if self.is_new and not given["imap_host"]:
            yield "imap_host", gettext("Enter the server from which letters are fetched.")
        if self.by_provider:
            return
        if given["imap_host"] and not (given["username"] or given["imap_username"]):
            yield "username", gettext("Enter the user name.")
        if self.needs_password(given) and not given["password"]:
            other = gettext("Enter the password: for another server or user name it is needed anew.")
            yield "password", other if self.has_secrets else gettext("Enter the password.")

    def needs_password(self, given: dict) -> bool:
        """Signing in is wanted, and no stored password would serve for it."""
        signs_in = bool(given["username"] or (given["imap_host"] and given["imap_username"]))
        return signs_in and (self.is_another(given) or not self.has_secrets)

    def is_another(self, given: dict) -> bool:
        return any((self.old.get(key) or "") != (given.get(key) or "") for key in SERVER)

    def config(self) -> dict:
        """The old settings with the new ones; what is not asked for here stays."""
        given = self.cleaned_data
        own = {name: given[name] for name in self.base_fields if name not in PASSWORDS}
        own["imap_port"] = given["imap_port"] or IMAP_PORTS[given["imap_security"]]
        own["port"] = given["port"] or SMTP_PORTS[given["security"]]
        own["auth"] = "oauth" if self.by_provider else "password"
        unset = {name for name in own if name.startswith("imap_") and not given["imap_host"]}
        if not given["imap_username"]:
            unset.add("imap_username")
        return {name: value for name, value in (self.old | own).items() if name not in unset}

    def secrets(self) -> dict:
        """Only those that were entered."""
        return {name: self.cleaned_data[name] for name in PASSWORDS if self.cleaned_data[name]}


class AnswersForm(PlainForm):
    """How fast answers may leave, and by which address customers' replies are known."""

    BY = [
        ("plus", _("by an address with a mark: shop+c42@… (where the mailbox takes such addresses)")),
        ("catch_all", _("by an address with a mark: shop-c42@… (where all letters of the domain come here)")),
        ("headers", _("by the headers of the letter alone")),
    ]
    reply_by = forms.ChoiceField(
        label=_("How replies find their conversation"), choices=BY, widget=forms.RadioSelect
    )
    per_minute = forms.IntegerField(
        label=_("Letters per minute"), required=False, min_value=1, max_value=MOST_LETTERS
    )
    per_hour = forms.IntegerField(
        label=_("Letters per hour"), required=False, min_value=1, max_value=MOST_LETTERS
    )

    def __init__(self, *args, old: dict, **kwargs):
        self.old = old
        chosen = [
            name for name, key in (("plus", "plus_addressing"), ("catch_all", "catch_all")) if old.get(key)
        ]
        shown = {name: old.get(name) for name in ("per_minute", "per_hour")}
        super().__init__(*args, initial={**shown, "reply_by": (chosen or ["headers"])[0]}, **kwargs)

    def config(self) -> dict:
        """The old settings with these."""
        given = self.cleaned_data
        by = {"plus_addressing": given["reply_by"] == "plus", "catch_all": given["reply_by"] == "catch_all"}
        pace = {name: given[name] for name in ("per_minute", "per_hour")}
        unset = {name for name, most in pace.items() if not most}
        return {name: value for name, value in (self.old | by | pace).items() if name not in unset}


def kept_guess(guess: Guess) -> str:
    """What was recognised, signed, for the hidden field of the next step."""
    given = [guess.provider, guess.label, [list(pair) for pair in guess.config], guess.advice, guess.oauth]
    return signing.dumps(given, salt=GUESSED, compress=True)


def guess_again(text: str) -> Guess:
    """What `kept_guess` made; an empty one where that was tampered with or is a day old."""
    try:
        provider, label, pairs, advice, oauth = signing.loads(text, salt=GUESSED, max_age=A_DAY)
    except signing.BadSignature:
        return Guess()
    return Guess(provider, label, tuple((name, value) for name, value in pairs), advice, oauth)
