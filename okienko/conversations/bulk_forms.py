"""What the bar above the list sends."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from okienko.accounts.models import Agent
from okienko.conversations import bulk
from okienko.conversations.forms import AssignmentForm, TagForm
from okienko.conversations.models.conversation import FIRST_NUMBER

TAKE = "take"  # assign to whoever asks
LONGEST = 18  # digits of a number
CHOOSE = _("Choose conversations first.")


class NumbersField(forms.MultipleChoiceField):
    """Conversation numbers, as many as a hundred; the cleaned value is their keys."""

    def __init__(self):
        most = _("At most %(limit_value)d conversations at once. Do it in two or more steps.")
        super().__init__(
            error_messages={"required": CHOOSE, "invalid_list": CHOOSE},
            validators=[MaxLengthValidator(bulk.MOST, message=most)],
        )

    def valid_value(self, value):
        return value.isdecimal() and len(value) <= LONGEST

    def clean(self, value):
        return [int(number) - FIRST_NUMBER for number in super().clean(value)]


class BulkForm(forms.Form):
    act = forms.ChoiceField(
        choices=[(name, name) for name in (*bulk.ACTS, TAKE)],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose what to do with them.")),
    )
    number = NumbersField()

    def __init__(self, data, *, agent: Agent):
        super().__init__(data)
        self.agent = agent
        self.more: dict = {}

    def clean(self):
        act = self.cleaned_data.get("act")
        if act == TAKE:
            self.cleaned_data["act"], self.more = "assign", {"to": self.agent}
        elif act == "assign":
            self._take_over(AssignmentForm(self.data), to="to")
        elif act == "tag":
            self._take_over(TagForm(self.data), tag="name")

    def _take_over(self, form: forms.Form, **names: str):
        """What another form makes of the same fields."""
        if not form.is_valid():
            self.add_error(None, [fault for faults in form.errors.as_data().values() for fault in faults])
            return
        self.more = {own: form.cleaned_data[name] for own, name in names.items()}

    @cached_property
    def wish(self) -> bulk.Wish:
        return bulk.Wish(self.agent, **self.more)
