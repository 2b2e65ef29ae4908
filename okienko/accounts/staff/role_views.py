"""Roles: what comes with the house, and what the shop has made."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okienko.accounts import roles
from okienko.accounts.models import Agent, Role
from okienko.accounts.operations import roling
from okienko.accounts.operations.ruling import Refused
from okienko.accounts.staff.entry import REFUSALS, UNPROCESSABLE, of_those_who
from okienko.accounts.staff.forms import RoleForm

of_roles = of_those_who("people.manage")


@require_GET
@of_roles
def index(request):
    own = Role.objects.annotate(count=Count("agents", filter=Q(agents__is_active=True))).order_by(
        "name", "pk"
    )
    built_in = [(title, titles_of(roles.WORDS[name])) for name, title in Agent.BuiltIn.choices]
    context = {
        "built_in": built_in,
        "own": [(role, titles_of(role.all_words)) for role in own],
        "templates": roles.TEMPLATES,
    }
    return render(request, "accounts/staff/roles.html", context)


def titles_of(words) -> list[str]:
    return [word.title for name, word in roles.ALL.items() if name in words]


@require_http_methods(["GET", "POST"])
@of_roles
def new(request):
    """Beginning with a template, when `from` names one."""
    template = next((one for one in roles.TEMPLATES if one.name == request.GET.get("from")), None)
    known = {"name": template.title, "words": sorted(template.words)} if template else {}
    form = RoleForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            role = roling.make_role(**form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error("name" if refusal.why == "taken" else None, REFUSALS[refusal.why])
        else:
            messages.success(request, _("The role “%(name)s” can be given now.") % {"name": role.name})
            return redirect("staff:roles")
    return page_of(request, form)


def page_of(request, form: RoleForm, role: Role | None = None):
    context = {
        "form": form,
        "role": role,
        "groups": roles.GROUPS,
        "chosen": form["words"].value() or [],
        "people": role.agents.order_by("-is_active", "name") if role else [],
    }
    return render(request, "accounts/staff/role.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@of_roles
def show(request, pk: int):
    role = get_object_or_404(Role, pk=pk)
    form = RoleForm(request.POST or None, initial={"name": role.name, "words": sorted(role.all_words)})
    if form.is_valid():
        try:
            roling.change_role(role, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error("name" if refusal.why == "taken" else None, REFUSALS[refusal.why])
        else:
            messages.success(request, _("Saved."))
            still_may = Agent.objects.get(pk=request.user.pk).may("people.manage")
            return redirect("staff:roles" if still_may else "home")
    return page_of(request, form, role)


@require_POST
@of_roles
def deletion(request, pk: int):
    role = get_object_or_404(Role, pk=pk)
    try:
        roling.delete_role(role, by=request.user)
    except Refused as refusal:
        messages.error(request, REFUSALS[refusal.why])
        return redirect("staff:role", role.pk)
    messages.success(request, _("The role “%(name)s” is deleted.") % {"name": role.name})
    return redirect("staff:roles")
