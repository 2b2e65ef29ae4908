"""A fresh installation has nobody who may manage people: every page leads to where the owner is created.

Except for people who are signed in: they belong to an office already.
"""

from django.shortcuts import redirect

from okienko.front import setup_code

ALSO_OPEN = {"begin", "health", "metrics", "accounts:language", "manifest", "worker", "offline"}


class FirstRun:
    """Middleware. Once an owner has been seen, this process asks no more."""

    begun = False

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, _view, _arguments, _named):
        if FirstRun.begun or request.resolver_match.view_name in ALSO_OPEN or request.user.is_authenticated:
            return None
        FirstRun.begun = setup_code.is_begun()
        return None if FirstRun.begun else redirect("begin")
