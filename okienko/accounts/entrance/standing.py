"""An office may require a second factor: who has none sets one up first, and may do nothing else."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from okienko.accounts.models import Office

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What leads to a second factor, or away.
OPEN = {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_login",
    "accounts:sign_in", "accounts:sign_out", "accounts:language", "accounts:new_password", "accounts:forgotten",
    "health", "metrics", "manifest", "worker", "offline",
}  # fmt: skip


def not_held_back(agents: QuerySet) -> QuerySet:
    """Without those of whom a second factor is required and who have none."""
    return agents.filter(~Exists(_requires()) | Exists(_factors()))


def _requires() -> QuerySet:
    return Office.objects.filter(requires_second_factor=True)


def _factors() -> QuerySet:
    return Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)


def with_standing(agents: QuerySet) -> QuerySet:
    """Agents with `has_factor`, and `is_held_back`: a second factor is required of them and they have none."""
    requires = Office.objects.filter(requires_second_factor=True)
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    held_back = Exists(requires) & ~Exists(factors)
    return agents.select_related("custom_role", "photo").annotate(
        has_factor=Exists(factors), is_held_back=held_back
    )


class SecondFactor:
    """Middleware: leads whoever is held back to the page where a second factor is set up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, _view, _arguments, _named):
        request.is_held_back = getattr(request.user, "is_held_back", False)
        request.frame = "accounts/front_frame.html" if request.is_held_back else "accounts/desk.html"
        if not request.is_held_back or request.resolver_match.view_name in OPEN:
            return None
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": reverse("mfa_index")})
        return redirect("mfa_index")
