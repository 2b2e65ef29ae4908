"""What one looks for in the audit log."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okienko.accounts import audit
from okienko.accounts.models import Agent


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d", attrs={"class": "input"})


class FilterForm(forms.Form):
    """Of a query string; what it does not say is the last 30 days of everything."""

    agent = forms.ModelChoiceField(
        Agent.objects.none(),
        label=_("Who"),
        required=False,
        empty_label=_("everybody"),
        widget=forms.Select(attrs={"class": "input"}),
    )
    kind = forms.ChoiceField(label=_("What"), required=False, widget=forms.Select(attrs={"class": "input"}))
    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, widget=DayInput())
    about = forms.CharField(
        label=_("About"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input", "placeholder": _("#10042, a name…")}),
    )

    def __init__(self, given):
        chosen = {name: given.get(name, "") for name in self.base_fields}
        if not chosen["since"] and not chosen["until"]:
            chosen["since"] = str(timezone.localdate() - audit.USUAL)
        super().__init__(chosen)
        self.fields["agent"].queryset = Agent.objects.order_by("name")
        self.fields["kind"].choices = [
            ("", _("everything")),
            *((kind.name, kind.title) for kind in audit.kinds()),
        ]

    def clean_about(self):
        words = self.cleaned_data["about"].strip()
        if not words:
            return None
        subject = audit.found(words)
        if subject is None:
            raise forms.ValidationError(
                _("Nothing is called like that. Write a number like #10042 or a whole name.")
            )
        return subject

    def clean(self):
        given = super().clean()
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("This day is before the first one."))
        return given

    def wanted(self) -> audit.Filter:
        """Of a valid form."""
        given = self.cleaned_data
        return audit.Filter(
            agent_id=given["agent"].pk if given["agent"] else None,
            kind=given["kind"],
            since=given["since"],
            until=given["until"],
            subject=given["about"],
        )
