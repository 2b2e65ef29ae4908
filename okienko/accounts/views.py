"""Signing in and out, and what an agent chooses for themselves."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okienko.accounts import operations, settings_pages
from okienko.accounts.forms import LanguageForm, SignInForm

A_YEAR = 365 * 24 * 3600
LONGEST_SEARCH = 100


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request):
    if request.user.is_authenticated:
        return redirect(next_page(request))
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        login(request, form.agent)
        return redirect(next_page(request))
    context = {"form": form, "next": next_page(request), "languages": settings.LANGUAGES}
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


def next_page(request) -> str:
    """Where the visitor wanted to go, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
def sign_out(request):
    logout(request)
    return redirect(settings.LOGIN_URL)


@require_GET
@login_required
def account(request):
    return render(request, "accounts/account.html", {"languages": settings.LANGUAGES})


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
