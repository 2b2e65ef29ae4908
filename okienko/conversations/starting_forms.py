"""What begins a conversation, checked: a letter of ours, or a call or visit that is written down."""

from datetime import timedelta

from django import forms
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from okienko.conversations import people
from okienko.conversations.forms import FilesField, WritingForm
from okienko.conversations.models import Message
from okienko.conversations.operations.starting import MOST_RECIPIENTS
from okienko.inboxes.channel import Party
from okienko.inboxes.models import Address, Brand, Inbox
from okienko.inboxes.routes import ours_among
from okienko.lib import phones
from okienko.lib.text import cut
from okienko.ui.personal import personal

LONGEST_LINE = 5000  # characters of one line of addresses
LONGEST_TALK = 24 * 60  # minutes
EARLIEST = timedelta(days=31)
LOCAL = "%Y-%m-%dT%H:%M"
DIGITS = 5  # so many of them, and no letter: a number was meant
DONE, WAITING, OWED = "done", "waiting", "owed"
OFF = {"autocomplete": "off"}


def input_like(widget: forms.Widget, **attrs) -> forms.Widget:
    widget.attrs |= {"class": "input", **attrs}
    return widget


def line(label: str, help_text: str = "") -> forms.CharField:
    """Addresses or a name, typed beside the people who were chosen."""
    widget = input_like(forms.TextInput(), autocapitalize="none", spellcheck="false", **OFF)
    too_long = _("So many addresses do not fit here. Write to fewer people at a time.")
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_LINE,
        required=False,
        widget=widget,
        error_messages={"max_length": too_long},
    )


class BeginningForm(WritingForm):
    """`persons`: name of a line → people chosen for it, by the form's own boxes, or by the link that led here."""

    use_required_attribute = False  # what is missing is said in our words, beside the field
    purpose = people.MAIL
    lines: tuple[str, ...] = ()

    def __init__(self, data=None, files=None, *, agent, **more):
        super().__init__(data, files, **more)
        self.agent = agent
        first = {self.lines[0]: self.initial.get("persons", [])}
        self.persons = {
            name: self._ticked(name) if self.is_bound else first.get(name, []) for name in self.lines
        }

    def point(self):
        """Where one begins to write: what is wrong first, else what is empty first."""
        empty = [name for name in (self.lines[0], "subject", "text") if name in self.fields]
        empty = [name for name in empty if not self.persons.get(name)]
        order = (*self.lines, "at", "minutes", "subject", "text")
        wrong = [name for name in order if name in self.errors] if self.is_bound else []
        self.fields[(wrong or empty)[0]].widget.attrs["autofocus"] = True

    @property
    def about(self) -> forms.BoundField | None:
        """Its subject, where it has one."""
        return self["subject"] if "subject" in self.fields else None

    @property
    def body(self) -> forms.BoundField:
        return self["text"]

    def _ticked(self, name: str) -> list[people.Person]:
        keys = self.data.getlist(f"{name}_person")[: MOST_RECIPIENTS + 1]
        return people.chosen(keys, self.agent, self.purpose)


class MailboxField(forms.ModelChoiceField):
    agent = None  # set by the form: our addresses, too, are shown only to those who see addresses

    def label_from_instance(self, inbox: Inbox) -> str:
        address = personal(inbox.primary[0].value, self.agent)
        return f"{inbox.brand} · {inbox.name} – {address}" if self.has_brands else f"{inbox.name} – {address}"


def mailboxes_of(agent):
    """Those the agent sees and a letter can leave by now, in the order of their brands."""
    primary = Prefetch("addresses", Address.objects.filter(is_primary=True), to_attr="primary")
    offered = Inbox.objects.visible_to(agent).sending().select_related("brand").prefetch_related(primary)
    return offered.order_by("brand__name", "brand", "is_closed", "pk")


class LetterForm(BeginningForm):
    """Cleaned: `people` and `copies` (parties), `inbox`, `subject`, `text`, `files`."""

    lines = ("to", "cc")
    to = line(_("To"), _("A customer's name, or an address; several with commas."))
    cc = line(_("Cc"))
    inbox = MailboxField(
        label=_("From"),
        queryset=None,
        empty_label=None,
        widget=input_like(forms.Select()),
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Choose the mailbox the letter leaves by.")
        ),
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=250,
        widget=input_like(forms.TextInput(), **OFF),
        error_messages={"required": _("What is it about? The customer reads the subject first.")},
    )
    files = FilesField(label=_("Files"), required=False, allow_empty_file=True)

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["text"].label = _("Text")
        self.fields["text"].widget = input_like(forms.Textarea(), rows=10)
        self.fields["files"].widget.attrs |= {"class": "input", "multiple": True}
        field = self.fields["inbox"]
        field.agent, field.queryset = self.agent, mailboxes_of(self.agent)
        field.has_brands = len({inbox.brand_id for inbox in field.queryset}) > 1

    def clean(self) -> dict:
        data = super().clean()
        data["people"], data["copies"] = self.parties("to"), self.parties("cc")
        everybody = {one.value for one in (*data["people"], *data["copies"])}
        if not data["people"] and "to" not in self.errors:
            self.add_error("to", _("Who shall get the letter? Choose a customer or type an address."))
        if len(everybody) > MOST_RECIPIENTS:
            words = ngettext(
                "A letter goes to %(most)d person at most.",
                "A letter goes to %(most)d people at most.",
                MOST_RECIPIENTS,
            )
            self.add_error("to", words % {"most": MOST_RECIPIENTS})
        return data

    def parties(self, name: str) -> list[Party]:
        """The people of a line; what is no address, or is one of ours, becomes its error."""
        chosen = [party for one in self.persons[name] if (party := people.party_of(one))]
        typed, wrong = people.written(self.cleaned_data.get(name, ""))
        for piece in wrong[:3]:
            words = _("This is no e-mail address: %(written)s. It looks like zofia@shop.example.")
            self.add_error(name, words % {"written": cut(piece, 60)})
        for address in sorted(ours_among({one.value for one in typed})):
            words = _("%(address)s is an address of ours: a letter to it would come back here.")
            self.add_error(name, words % {"address": personal(address, self.agent)})
        return [*chosen, *typed]


class MomentField(forms.DateTimeField):
    """When it was: not to come, and not long ago."""

    def clean(self, value):
        at = super().clean(value)
        if at > timezone.now() + timedelta(minutes=1):
            raise forms.ValidationError(_("This time is still to come. Write down when it was."))
        if at < timezone.now() - EARLIEST:
            raise forms.ValidationError(
                _("What was longer than 31 days ago can no longer be written down as a talk.")
            )
        return at


class TalkForm(BeginningForm):
    """Cleaned: `contact`, `party` and `name` (whom it was with; none of them where the conversation tells), `direction`,
    `minutes`, `at`, `text`, `subject`, `brand`, `outcome`.
    """  # fmt: skip

    purpose, lines = people.TALK, ("who",)
    who = line(
        _("Whom with"),
        _("A customer's name, a number or an address; somebody new like this: Jan Kos 501 502 503."),
    )
    direction = forms.ChoiceField(
        label=_("Who called"),
        choices=[("in", _("They called us")), ("out", _("We called them"))],
        initial="in",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Who called: they, or we?")),
    )
    minutes = forms.IntegerField(
        label=_("How many minutes"),
        min_value=0,
        max_value=LONGEST_TALK,
        required=False,
        widget=input_like(forms.NumberInput(), inputmode="numeric"),
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value"], _("How many minutes? A whole number, or nothing.")
        ),
    )
    at = MomentField(
        label=_("When"),
        input_formats=[LOCAL, f"{LOCAL}:%S"],
        widget=input_like(forms.DateTimeInput(format=LOCAL, attrs={"type": "datetime-local"})),
        error_messages=dict.fromkeys(["required", "invalid"], _("When was it? Choose a day and an hour.")),
    )
    subject = forms.CharField(
        label=_("Subject"), max_length=250, required=False, widget=input_like(forms.TextInput(), **OFF)
    )
    brand = forms.ModelChoiceField(
        label=_("Shop"),
        queryset=Brand.objects.order_by("name", "pk"),
        required=False,
        empty_label=None,
        widget=input_like(forms.Select()),
    )
    outcome = forms.ChoiceField(
        label=_("What now"),
        choices=[
            (DONE, _("Settled")), (WAITING, _("The customer will get back to us")), (OWED, _("We have to come back to it")),
        ],
        initial=DONE,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("What now: is it settled, or is there more to do?")),
    )  # fmt: skip

    def __init__(self, *args, kind: str, conversation=None, **more):
        super().__init__(*args, **more)
        self.conversation = conversation
        text = self.fields["text"]
        text.label, text.widget = _("What was agreed"), input_like(forms.Textarea(), rows=6)
        text.error_messages["required"] = _(
            "What was agreed? Without it nobody knows what the talk was about."
        )
        if kind == Message.Kind.VISIT:
            del self.fields["direction"]
        if conversation or len(self.fields["brand"].queryset) <= 1:
            del self.fields["brand"]
        if conversation:
            del self.fields["subject"]

    def clean(self) -> dict:
        data = super().clean()
        data |= {"contact": None, "party": None, "name": ""}
        if chosen := self.persons["who"]:
            data["party"] = people.party_of(chosen[0])
            data["contact"] = chosen[0].contact
        elif data.get("who", "").strip():
            data["party"], data["name"] = self.met(data["who"].strip())
        elif not self.conversation and "who" not in self.errors:
            self.add_error(
                "who", _("Whom was it with? Choose a customer, or type a number, an address or a name.")
            )
        return data

    def met(self, typed: str) -> tuple[Party | None, str]:
        """The number or address in what was typed, and the name; what was meant as either and is none becomes an error."""
        brand = self.cleaned_data.get("brand") or (self.conversation.brand if self.conversation else None)
        party, name = people.met(typed, phones.region_of(brand.language) if brand else phones.HOME)
        if not party and "@" in typed:
            self.add_error(
                "who", _("This is no e-mail address. It looks like zofia@shop.example, without spaces.")
            )
        elif not party and sum(map(str.isdigit, typed)) >= DIGITS and not any(map(str.isalpha, typed)):
            words = _(
                "Nobody can be called by this number. Polish ones have nine digits; others begin with +."
            )
            self.add_error("who", words)
        return party, cut(name, 200)
