"""What is asked about people, teams and roles."""

from django import forms
from django.utils.translation import gettext_lazy as _

from okienko.accounts import roles
from okienko.accounts.models import Agent, Role, Team
from okienko.lib.text import one_line

OWN = "role/"  # before the key of a role of the shop's own


class StaffForm(forms.Form):
    """Its fields look like those of the house; names are one line."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs.setdefault("class", "input")

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name and self.fields["name"].required:
            raise forms.ValidationError(_("Write a name."))
        return name


def may_hand_out(by: Agent) -> list[tuple[str, str]]:
    """Roles that `by` may give, as choices: built-in ones, then the shop's own."""
    built_in = [(name, title) for name, title in Agent.BuiltIn.choices if roles.WORDS[name] <= by.words]
    own = [
        (f"{OWN}{role.pk}", role.name) for role in Role.objects.order_by("name") if role.all_words <= by.words
    ]
    return built_in + own


class RoleField(forms.ChoiceField):
    """The cleaned value: (built-in role, None) or ("agent", role of the shop's own)."""

    def clean(self, value) -> tuple[str, Role | None]:
        value = super().clean(value)
        if not value.startswith(OWN):
            return value, None
        role = Role.objects.filter(pk=value.removeprefix(OWN)).first()
        if role is None:
            raise forms.ValidationError(_("This role no longer exists. Choose another one."))
        return Agent.BuiltIn.AGENT, role


def teams_field() -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Team.objects.none(), label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple
    )


class PersonForm(StaffForm):
    """Name, role and teams of an agent, or of somebody invited."""

    name = forms.CharField(label=_("First and last name"), max_length=120)
    role = RoleField(label=_("Role"))
    teams = teams_field()

    def __init__(self, *args, by: Agent, current: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        choices = may_hand_out(by)
        if current and current not in dict(choices):
            choices.append((current, _("(as it is)")))
        self.fields["role"].choices = choices
        self.fields["teams"].queryset = Team.objects.order_by("name")


class InvitationForm(PersonForm):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The link in the letter works once, for seven days."),
        widget=forms.EmailInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    field_order = ["email", "name", "role", "teams"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].help_text = _("They can correct it. May be empty.")
        self.fields["role"].initial = Agent.BuiltIn.AGENT


class LeavingForm(StaffForm):
    """Who gets the work of somebody who leaves: ("nobody", None), ("agent", 3) or ("team", 2)."""

    heir = forms.ChoiceField(label=_("Who takes over their conversations"))

    def __init__(self, *args, agent: Agent, **kwargs):
        super().__init__(*args, **kwargs)
        working = Agent.objects.with_word("conversations.work").exclude(pk=agent.pk).order_by("name")
        people = [(f"agent:{one.pk}", one.name) for one in working]
        teams = [(f"team:{one.pk}", one.name) for one in Team.objects.order_by("name")]
        nobody = [("nobody:", _("nobody – they wait unassigned, in the teams they are in"))]
        groups = [(_("People"), people), (_("Teams"), teams)]
        self.fields["heir"].choices = nobody + [group for group in groups if group[1]]

    def clean_heir(self) -> tuple[str, int | None]:
        kind, _colon, pk = self.cleaned_data["heir"].partition(":")
        return kind, int(pk) if pk else None


class TeamForm(StaffForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    is_closed = forms.BooleanField(
        label=_("Closed"),
        required=False,
        help_text=_(
            "Only members see its conversations; besides them whoever a conversation belongs to, who follows it, and"
            " managers and owners."
        ),
    )


class MemberForm(StaffForm):
    """`team`: who is not in it yet can be added."""

    agent = forms.ModelChoiceField(Agent.objects.none(), label=_("Add somebody"), empty_label=_("choose…"))

    def __init__(self, *args, team: Team, **kwargs):
        super().__init__(*args, **kwargs)
        others = Agent.objects.filter(is_active=True).exclude(pk__in=team.members.values("pk"))
        self.fields["agent"].queryset = others.order_by("name")


class GivingUpForm(StaffForm):
    heir = forms.ModelChoiceField(
        Team.objects.none(),
        label=_("Where its conversations and inboxes go"),
        required=False,
        empty_label=_("no team – everybody sees them"),
    )

    def __init__(self, *args, team: Team, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["heir"].queryset = Team.objects.exclude(pk=team.pk).order_by("name")
        if team.is_closed:
            self.fields["heir"].empty_label = _("choose a team")


class RoleForm(StaffForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    words = forms.MultipleChoiceField(
        choices=[(word.name, word.title) for word in roles.ALL.values()], required=False
    )
