"""The addresses that make the desk installable. They are open to everybody and hold nobody's data."""

import json

from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_cookie

from okienko.front import shell

INDENT = {"ensure_ascii": False, "indent": 1}


@require_GET
@vary_on_cookie
@cache_control(no_cache=True, private=True)
def manifest(request):
    kind = "application/manifest+json"
    return JsonResponse(shell.manifest(request.user), content_type=kind, json_dumps_params=INDENT)


@require_GET
@vary_on_cookie
@cache_control(no_cache=True, private=True)
def worker(request):
    """The service worker: what it must know, and its code, which is a static file like the others.

    It lies at the root, because a worker may only look after what lies below it.
    """
    known, code = json.dumps(shell.worker(request)), json.dumps(static("ui/js/worker.js"))
    return HttpResponse(
        f"self.SHELL = {known};\nimportScripts({code});\n", content_type="text/javascript; charset=utf-8"
    )


@require_GET
@vary_on_cookie
@cache_control(no_cache=True, private=True)
def offline(request):
    return HttpResponse(shell.offline_page(request))
