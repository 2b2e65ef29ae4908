"""What people choose for themselves."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from okienko.accounts.models import Agent
from okienko.lib.text import one_line


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("First and last name"),
        max_length=120,
        help_text=_("Colleagues see it everywhere, customers under your answers."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Write the name you want to be called by."))
        return name


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Picture file"),
        help_text=_("JPEG, PNG, WebP or GIF, at most 8 MB. Only a small square of it is kept."),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose another one."),
        },
        widget=forms.FileInput(
            attrs={"class": "input", "accept": "image/jpeg,image/png,image/webp,image/gif,image/heic"}
        ),
    )


class LooksForm(forms.Form):
    """How the desk looks and behaves for one person."""

    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.Select(attrs={"class": "input"})
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Agent.Theme.choices, widget=forms.RadioSelect)
    density = forms.ChoiceField(label=_("Density"), choices=Agent.Density.choices, widget=forms.RadioSelect)
    has_shortcuts = forms.BooleanField(
        label=_("Keyboard shortcuts"),
        required=False,
        help_text=_("Single keys, like r for an answer. Sending by Ctrl+Enter always works."),
    )


class TokenForm(forms.Form):
    """A new API token. `words`: the permission words its maker holds, as choices."""

    DAYS = [
        ("30", _("30 days")),
        ("90", _("90 days")),
        ("365", _("a year")),
        ("0", _("never – only where nothing else will do")),
    ]
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What it is for, like “Orders from the warehouse”."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing it may do.")},
    )
    days = forms.ChoiceField(
        label=_("Valid for"), choices=DAYS, initial="90", widget=forms.Select(attrs={"class": "input"})
    )

    def __init__(self, *args, words: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = words

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])
