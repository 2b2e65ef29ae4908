"""Pages that answer whole, or with their changing regions alone when htmx or ok-refresh ask."""

from django.http import HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers


def wants_regions(request) -> bool:
    """Is it a page's own script that asks again?"""
    return bool(request.htmx) and not (request.htmx.boosted or request.htmx.history_restore_request)


def varying(response: HttpResponse) -> HttpResponse:
    """Pages and regions share addresses: the browser must not show one for the other."""
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    patch_cache_control(response, private=True, no_store=True)
    return response
