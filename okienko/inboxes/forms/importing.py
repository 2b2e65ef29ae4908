"""Old letters: which folder, and of which days."""

from collections.abc import Iterable
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okienko.inboxes.forms.fields import PlainForm
from okienko.inboxes.models import Import
from okienko.inboxes.source import FolderName, Purpose

EARLIEST = date(1980, 1, 1)
LATEST = date(9999, 1, 1)
LONGEST_NAME = 250
PURPOSES = {purpose.value: purpose for purpose in Purpose}
PURPOSE_WORDS = {
    Purpose.INBOX: pgettext_lazy("folder", "Inbox"),
    Purpose.JUNK: pgettext_lazy("folder", "Junk"),
    Purpose.SENT: pgettext_lazy("folder", "Sent"),
    Purpose.ARCHIVE: pgettext_lazy("folder", "Archive"),
    Purpose.TRASH: pgettext_lazy("folder", "Trash"),
    Purpose.DRAFTS: pgettext_lazy("folder", "Drafts"),
}


def day_field(label) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


def as_choice(folder: FolderName) -> tuple[str, str]:
    words = PURPOSE_WORDS.get(folder.purpose)
    label = f"{folder.name} – {words}" if words and folder.name.lower() != str(words).lower() else folder.name
    return f"{folder.purpose}:{folder.name}", label


class ImportForm(PlainForm):
    """`folders`: those to choose from; any other name is taken too, since the list may be older than the mailbox."""

    folder = forms.CharField(label=_("Folder"), max_length=LONGEST_NAME + 20, widget=forms.Select)
    since = day_field(_("From the day"))
    until = day_field(_("To the day"))

    def __init__(self, *args, folders: Iterable[FolderName], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["folder"].widget.choices = [as_choice(folder) for folder in folders]

    def clean_folder(self) -> FolderName:
        purpose, _colon, name = self.cleaned_data["folder"].partition(":")
        if purpose not in PURPOSES or not name or len(name) > LONGEST_NAME:
            raise forms.ValidationError(_("Choose a folder from the list."))
        return FolderName(name, PURPOSES[purpose])

    def clean(self):
        given = self.cleaned_data
        for name in ("since", "until"):
            if given.get(name) and not EARLIEST <= given[name] < LATEST:
                self.add_error(name, _("This day cannot be right."))
        if not self.errors and given["since"] and given["until"] and given["since"] > given["until"]:
            self.add_error("until", _("The last day is before the first one."))
        return given

    @property
    def before(self) -> date | None:
        """The day after the last one."""
        until = self.cleaned_data["until"]
        return until + timedelta(days=1) if until else None


class ImportStateForm(forms.Form):
    """What is to become of an import."""

    state = forms.TypedChoiceField(
        choices=[(one, one) for one in (Import.State.RUNNING, Import.State.PAUSED, Import.State.STOPPED)],
        coerce=Import.State,
    )
