"""The people who work here: who they are, inviting, changing, leaving and coming back."""

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okienko.accounts import belongings
from okienko.accounts.entrance import letters
from okienko.accounts.models import Agent, Invitation
from okienko.accounts.operations import inviting, staffing
from okienko.accounts.operations.ruling import Refused
from okienko.accounts.staff.entry import REFUSALS, UNPROCESSABLE, of_those_who
from okienko.accounts.staff.forms import InvitationForm, LeavingForm, PersonForm

of_people = of_those_who("people.manage")


@require_GET
@of_people
def index(request):
    """Who works here, who is invited, and who has left."""
    people = Agent.objects.select_related("custom_role", "photo").prefetch_related("teams")
    people = list(people.annotate(seen_at=Max("devices__seen_at")).order_by("name", "pk"))
    context = {
        "people": [one for one in people if one.is_active],
        "gone": [one for one in people if not one.is_active],
        "invitations": open_invitations(),
    }
    return render(request, "accounts/staff/people.html", context)


def open_invitations():
    still = Invitation.objects.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())
    return still.select_related("custom_role", "agent").order_by("-created_at")


@never_cache
@require_http_methods(["GET", "POST"])
@of_people
def invite(request):
    """The link is shown to whoever invites, once: a letter may not arrive."""
    form = InvitationForm(request.POST or None, by=request.user)
    if form.is_valid():
        try:
            return invited(request, form.cleaned_data)
        except inviting.MayNotInvite:
            form.add_error("role", REFUSALS["beyond"])
        except inviting.WorksHere:
            form.add_error("email", REFUSALS["works_here"])
    return render(
        request, "accounts/staff/invite.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200
    )


def invited(request, given: dict) -> HttpResponse:
    role, custom_role = given["role"]
    invitation, token = inviting.invite(
        by=request.user, email=given["email"], name=given["name"], role=role, custom_role=custom_role,
        teams=given["teams"],
    )  # fmt: skip
    letters.invite(invitation, token, language=request.user.language)
    context = {"invitation": invitation, "link": letters.invitation_link(token)}
    return render(request, "accounts/staff/invited.html", context)


@require_POST
@of_people
def revocation(request, pk: int):
    """An invitation is taken back."""
    inviting.revoke(get_object_or_404(Invitation, pk=pk), by=request.user)
    messages.success(request, _("The invitation no longer works."))
    return redirect("staff:people")


@require_http_methods(["GET", "POST"])
@of_people
def person(request, pk: int):
    agent = get_object_or_404(Agent.objects.select_related("custom_role", "photo"), pk=pk)
    current = staffing.name_of_role(agent)
    known = {"name": agent.name, "role": current, "teams": agent.teams.all()}
    form = PersonForm(request.POST or None, by=request.user, current=current, initial=known)
    if form.is_valid():
        try:
            staffing.change(agent, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error(None, REFUSALS[refusal.why])
        else:
            messages.success(request, _("Saved."))
            still_may = Agent.objects.get(pk=request.user.pk).may("people.manage")
            return redirect(*["staff:person", agent.pk] if still_may else ["home"])
    context = {"form": form, "agent": agent, "is_oneself": agent.pk == request.user.pk}
    return render(
        request, "accounts/staff/person.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@of_people
def leaving(request, pk: int):
    """What becomes of the work of somebody who leaves; then they have left."""
    agent = get_object_or_404(Agent, pk=pk, is_active=True)
    form = LeavingForm(request.POST or None, agent=agent)
    if form.is_valid():
        kind, heir = form.cleaned_data["heir"]
        try:
            staffing.leave(agent, by=request.user, heir_kind=kind, heir_id=heir)
        except Refused as refusal:
            form.add_error(None, REFUSALS[refusal.why])
        else:
            words = _("%(name)s no longer works here. Their conversations are being handed on.")
            messages.success(request, words % {"name": agent.name})
            return redirect("staff:people")
    context = {
        "form": form,
        "agent": agent,
        "belongings": belongings.of_agent(agent),
        "sessions": agent.devices.count(),
        "tokens": agent.tokens.filter(revoked_at=None).count(),
    }
    return render(
        request, "accounts/staff/leaving.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@require_POST
@of_people
def return_to_work(request, pk: int):
    agent = get_object_or_404(Agent, pk=pk)
    try:
        staffing.come_back(agent, by=request.user)
    except Refused as refusal:
        messages.error(request, REFUSALS[refusal.why])
    else:
        messages.success(request, _("%(name)s works here again. Choose the teams.") % {"name": agent.name})
    return redirect("staff:person", agent.pk)
