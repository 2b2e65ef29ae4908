"""The ASGI application, for `okienko serve` and for any other server that speaks ASGI."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")
django.setup()

from okienko.front.door import door  # noqa: E402 - the rooms have models, which need the set-up above

application = door()
