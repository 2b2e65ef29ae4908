"""What agents enter about a conversation, checked before an operation sees it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from okienko.accounts.models import Agent, Team
from okienko.conversations.rights import WORK

MOST_BYTES = 20 * 1024 * 1024
LONGEST = 100_000


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; the cleaned value is a list. Empty files are allowed: people send them."""

    widget = FilesInput

    def clean(self, data, initial=None):
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(one, initial) for one in given if one]
        if sum(file.size for file in files) > MOST_BYTES:
            raise forms.ValidationError(_("The files are larger than 20 MB together. Send fewer at a time."))
        return files


class WritingForm(forms.Form):
    """`token` names this sending: the same one a second time is a double click."""

    token = forms.UUIDField(required=False)
    text = forms.CharField(
        max_length=LONGEST,
        strip=True,
        error_messages={
            "required": _("There is nothing to send yet. Write a few words first."),
            "max_length": _(
                "This is too long to be sent: at most 100,000 characters. Send the rest as a file."
            ),
        },
    )

    def clean_text(self) -> str:
        """Browsers send lines the way mail does; we keep them the way people count them."""
        return self.cleaned_data["text"].replace("\r\n", "\n")


class ReplyForm(WritingForm):
    """`answers`: id of a letter, 0 for the last. `seen`: id of the newest message the writer knew.

    `then` "resolve": settle the matter with it. `anyway`: the same, or "send", although a colleague has just answered.
    """

    files = FilesField(required=False, allow_empty_file=True)
    answers = forms.IntegerField(required=False, min_value=0)
    seen = forms.IntegerField(required=False, min_value=0)
    then = forms.CharField(required=False, max_length=10)
    anyway = forms.CharField(required=False, max_length=10)


class SubjectForm(forms.Form):
    subject = forms.CharField(
        max_length=250, error_messages={"required": _("What is it about? Write a few words.")}
    )


class TagForm(forms.Form):
    name = forms.CharField(max_length=40, error_messages={"required": _("Which tag? Write its name.")})


NOWHERE = _("A conversation goes to spam, to the trash, or back to the others.")


class StandingForm(forms.Form):
    """`state`: spam, trashed, or open for taking it out of either."""

    state = forms.ChoiceField(
        choices=[(state, state) for state in ("spam", "trashed", "open")],
        error_messages=dict.fromkeys(["required", "invalid_choice"], NOWHERE),
    )


class AssignmentForm(forms.Form):
    """`to`: "agent:3", "team:2", or "" for nobody."""

    to = forms.RegexField(r"^(agent|team):\d{1,18}$", required=False)

    def clean_to(self) -> Agent | Team | None:
        kind, _colon, pk = self.cleaned_data["to"].partition(":")
        if not kind:
            return None
        people = Agent.objects.with_word(WORK) if kind == "agent" else Team.objects.all()
        found = people.filter(pk=pk).first()
        if found is None:
            raise forms.ValidationError(_("This person does not take conversations. Choose somebody else."))
        return found
