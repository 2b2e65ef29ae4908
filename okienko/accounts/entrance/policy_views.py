"""What the office requires of signing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from okienko.accounts.entrance import providers
from okienko.accounts.entrance.forms import OfficeSignInForm
from okienko.accounts.entrance.standing import with_standing
from okienko.accounts.models import Agent, Office
from okienko.accounts.operations import access
from okienko.events.log import Actor


@require_http_methods(["GET", "POST"])
@login_required
def office_sign_in(request):
    """For people who may manage people. Who requires a second factor has one."""
    if not request.user.may("people.manage"):
        raise PermissionDenied
    requires = Office.objects.filter(requires_second_factor=True).exists()
    form = OfficeSignInForm(request.POST if request.method == "POST" else None,
                            initial={"requires_second_factor": requires})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["requires_second_factor"]
        access.require_second_factor(wanted, actor=Actor.agent(request.user))
        messages.success(request, _("Saved."))
        return redirect("office_sign_in")
    people = with_standing(Agent.objects.filter(is_active=True)).order_by("name")
    context = {"form": form, "people": people_without(people), "providers": providers.offered()}
    return render(request, "accounts/office_sign_in.html", context)


def people_without(people) -> list[Agent]:
    """Active agents who have no second factor yet."""
    return list(people.filter(has_factor=False))
