"""Teams: who is in them, and who sees what lies in them."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okienko.accounts import belongings
from okienko.accounts.models import Agent, Team
from okienko.accounts.operations import teaming
from okienko.accounts.operations.ruling import Refused
from okienko.accounts.staff.entry import REFUSALS, UNPROCESSABLE, of_those_who
from okienko.accounts.staff.forms import GivingUpForm, MemberForm, TeamForm

of_teams = of_those_who("teams.manage")


@require_GET
@of_teams
def index(request):
    members = Count("members", filter=Q(members__is_active=True))
    return render(
        request,
        "accounts/staff/teams.html",
        {"teams": Team.objects.annotate(count=members).order_by("name", "pk")},
    )


@require_http_methods(["GET", "POST"])
@of_teams
def new(request):
    form = TeamForm(request.POST or None)
    if form.is_valid():
        try:
            team = teaming.make_team(**form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error("name", REFUSALS[refusal.why])
        else:
            messages.success(request, _("The team is there. Add its members."))
            return redirect("staff:team", team.pk)
    return render(
        request, "accounts/staff/team_new.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@of_teams
def show(request, pk: int):
    team = get_object_or_404(Team, pk=pk)
    known = {"name": team.name, "is_closed": team.is_closed}
    form = TeamForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            teaming.change_team(team, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error("name" if refusal.why == "taken" else None, REFUSALS[refusal.why])
        else:
            messages.success(request, _("Saved."))
            return redirect("staff:team", team.pk)
    return page_of(request, team, form)


def page_of(request, team: Team, form: TeamForm, member_form: MemberForm | None = None) -> HttpResponse:
    is_wrong = bool(form.errors or (member_form and member_form.errors))
    context = {
        "team": team,
        "form": form,
        "member_form": member_form or MemberForm(team=team),
        "members": team.members.filter(is_active=True)
        .select_related("photo", "custom_role")
        .order_by("name"),
    }
    return render(request, "accounts/staff/team.html", context, status=UNPROCESSABLE if is_wrong else 200)


@require_POST
@of_teams
def members(request, pk: int):
    """Adds the agent of the form; with `_method` DELETE takes them out."""
    team = get_object_or_404(Team, pk=pk)
    if request.POST.get("_method") == "DELETE":
        given = request.POST.get("agent", "")
        agent = get_object_or_404(Agent, pk=int(given[:18]) if given.isdecimal() else 0, teams=team)
        teaming.remove_member(team, agent, by=request.user)
        return redirect("staff:team", team.pk)
    form = MemberForm(request.POST, team=team)
    if form.is_valid():
        try:
            teaming.add_member(team, form.cleaned_data["agent"], by=request.user)
        except Refused as refusal:
            form.add_error("agent", REFUSALS[refusal.why])
        else:
            return redirect("staff:team", team.pk)
    known = {"name": team.name, "is_closed": team.is_closed}
    return page_of(request, team, TeamForm(initial=known), form)


@require_http_methods(["GET", "POST"])
@of_teams
def deletion(request, pk: int):
    """What becomes of what lies in the team; then it is given up."""
    team = get_object_or_404(Team, pk=pk)
    form = GivingUpForm(request.POST if request.method == "POST" else None, team=team)
    if form.is_valid():
        try:
            teaming.give_up(team, form.cleaned_data["heir"], by=request.user)
        except Refused as refusal:
            form.add_error("heir", REFUSALS[refusal.why])
        else:
            words = _("“%(name)s” is being emptied and disappears as soon as nothing is left in it.")
            messages.success(request, words % {"name": team.name})
            return redirect("staff:teams")
    context = {"form": form, "team": team, "belongings": belongings.of_team(team)}
    return render(
        request, "accounts/staff/team_deletion.html", context, status=UNPROCESSABLE if form.errors else 200
    )
