"""What an agent chooses for themselves, and the home of settings."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from okienko.accounts import operations, settings_pages
from okienko.accounts.entrance.whereto import next_page
from okienko.accounts.forms import LanguageForm
from okienko.accounts.models import Agent
from okienko.files.links import picture_address
from okienko.ui.templatetags.ui import hue, initials

A_YEAR = 365 * 24 * 3600
LONGEST_SEARCH = 100


@require_GET
@login_required
def settings_home(request):
    """The pages of settings this agent may open; `q` looks among them."""
    offered = settings_pages.offered_to(request.user)
    if not offered:
        raise PermissionDenied
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    context = {"pages": settings_pages.found_among(offered, words), "words": words}
    return render(request, "accounts/settings.html", context)


@require_GET
@login_required
def colleagues(_request):
    """Those who work here, by id, as marks of presence name them."""
    people = Agent.objects.filter(is_active=True).select_related("photo")
    answer = JsonResponse({str(each.pk): as_mark(each) for each in people})
    patch_cache_control(answer, private=True, max_age=60)
    return answer


def as_mark(agent: Agent) -> dict:
    return {
        "name": agent.name,
        "first": agent.name.split()[0] if agent.name.split() else agent.name,
        "initials": initials(agent.name),
        "hue": hue(agent.name),
        "photo": picture_address(agent.photo.sha256) if agent.photo else "",
    }


@require_POST
def language(request):
    """For agents it is kept with them, for visitors in a cookie."""
    form = LanguageForm(request.POST)
    response = redirect(next_page(request))
    if not form.is_valid():
        return HttpResponse(status=422)
    chosen = form.cleaned_data["language"]
    if request.user.is_authenticated:
        operations.set_language(request.user, chosen)
    else:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=A_YEAR, samesite="Lax", httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response
