"""Where somebody is led after signing in: to a page of ours, and nowhere else."""

from django.conf import settings
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def is_ours(request, address: str) -> bool:
    """Is it the path of a page of this installation?"""
    is_safe = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return is_safe and address.startswith("/")


def next_page(request) -> str:
    """Where the visitor wanted to go, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_ours(request, wanted) else resolve_url(settings.LOGIN_REDIRECT_URL)
