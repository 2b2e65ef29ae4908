"""Signing in to a mailbox on the page of Google or Microsoft, and coming back with permission.

What was begun is kept in the session of whoever began it, for ten minutes and for one return.
"""

from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from okienko.events.log import Actor
from okienko.inboxes import oauth, operations
from okienko.inboxes.models import Inbox

BEGUN = "oauth"  # in the session
LASTS = timedelta(minutes=10)


def of_those_who_connect(view):
    """For people who may manage inboxes; what they see here is for this moment."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.may("inboxes.manage"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def way_back() -> str:
    """The redirect address, exactly as it is to be registered with the provider."""
    return settings.PUBLIC_URL + reverse("inboxes:oauth_callback")


@require_POST
@of_those_who_connect
def begin(request, inbox_id: int):
    """`provider`: "google" or "microsoft"."""
    inbox = get_object_or_404(Inbox, pk=inbox_id, kind="email")
    provider = next((one for one in oauth.offered() if one.name == request.POST.get("provider")), None)
    if provider is None:
        return explained(
            request, inbox.pk, _("This installation is not registered there: see its configuration.")
        )
    address = inbox.addresses.filter(is_primary=True).first()
    hint = address.value if address else ""
    try:
        url, state, verifier = oauth.begin(provider, redirect_uri=way_back(), login_hint=hint)
    except oauth.ConsentError as error:
        return explained(request, inbox.pk, error.reason)
    request.session[BEGUN] = {
        "provider": provider.name,
        "inbox": inbox.pk,
        "agent": request.user.pk,
        "address": hint,
        "url": url,
        "state": state,
        "verifier": verifier,
        "until": (timezone.now() + LASTS).timestamp(),
    }
    # Not straight to the provider: the policy of our pages lets their forms end with us only.
    return redirect("inboxes:oauth_go")


@require_GET
@of_those_who_connect
def go(request):
    """A page that leads on to the provider by itself."""
    begun = request.session.get(BEGUN)
    if begun is None:
        return lost(request)
    context = {"begun": begun, "label": oauth.provider(begun["provider"]).label, "way_back": way_back()}
    return render(request, "inboxes/oauth_go.html", context)


@require_GET
@of_those_who_connect
def callback(request):
    """Where the provider sends people back to."""
    if "admin_consent" in request.GET:
        messages.success(request, _("The administrator has decided. Now connect the mailbox once more."))
        return redirect("inboxes:mailboxes")
    begun = taken(request)
    if begun is None:
        return lost(request)
    inbox = get_object_or_404(Inbox, pk=begun["inbox"], kind="email")
    try:
        tokens = permitted(oauth.provider(begun["provider"]), request.GET, begun["verifier"])
    except oauth.ConsentError as error:
        return explained(request, inbox.pk, error.reason)
    operations.keep_tokens(inbox, provider=begun["provider"], tokens=tokens, actor=Actor.agent(request.user))
    operations.start_checkup(inbox, agent=request.user, language=request.user.language)
    messages.success(request, _("Permission is given. The mailbox is being tried out now."))
    return redirect("inboxes:mailbox", inbox.pk)


def taken(request) -> dict | None:
    """What this person began in this browser, if it is that which comes back now; it serves once."""
    begun = request.session.get(BEGUN)
    if begun is None or not constant_time_compare(begun["state"], request.GET.get("state", "")):
        return None
    del request.session[BEGUN]
    is_theirs = begun["agent"] == request.user.pk
    return begun if is_theirs and timezone.now().timestamp() < begun["until"] else None


def permitted(provider: oauth.Provider, answer, verifier: str) -> oauth.Tokens:
    """ConsentError where the answer is a "no", and where the code in it is worth nothing."""
    code = answer.get("code", "")
    if answer.get("error") or not code:
        raise oauth.refusal(provider, answer, redirect_uri=way_back())
    return oauth.exchange(provider, code=code, verifier=verifier, redirect_uri=way_back())


def explained(request, inbox_id: int, reason: str):
    messages.error(request, reason)
    return redirect("inboxes:mailbox", inbox_id)


def lost(request):
    words = _("This sign-in was begun in another browser or too long ago, or has been used. Open Okienko at"
              " %(address)s and connect the mailbox again.") % {"address": settings.PUBLIC_URL}  # fmt: skip
    messages.error(request, words)
    return redirect("inboxes:mailboxes")
