"""Joining two conversations, and what becomes of the addresses of one that was joined."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from okienko.conversations import joining, operations, panels, queues, rights
from okienko.conversations.models import Conversation, Joining
from okienko.conversations.panel_views import parts_of
from okienko.conversations.views import conversation_for, of_conversation

UNPROCESSABLE = 422
CANDIDATES = 20
CANNOT_JOIN = {
    "itself": gettext_lazy("A conversation cannot be joined to itself. Choose another one."),
    "joined": gettext_lazy("One of the two was joined to another one a moment ago. Look where it went, and choose that."),
    "set_aside": gettext_lazy("One of the two lies in spam or in the trash. Take it out first."),
}  # fmt: skip
CANNOT_SEPARATE = {
    "late": gettext_lazy("Conversations can be parted for 30 days. This one stays joined."),
    "further": gettext_lazy("They were joined further since. Undo that first, then this."),
    "changed": gettext_lazy("Some of the messages are no longer there, so it cannot be exactly as it was. It stays joined."),
}  # fmt: skip


@of_conversation
@require_http_methods(["GET", "POST"])
def join(request, conversation):
    """Choose the other one, look at both side by side, join. `with`: the number of the one that everything goes to."""
    rights.insist(request.user, rights.WORK)
    given = request.POST if request.method == "POST" else request.GET
    number = given.get("with", "").strip().lstrip("#")
    if not number.isdecimal():
        error = (
            _("Which one? Write its number or choose it below.") if number or request.method == "POST" else ""
        )
        return choosing(request, conversation, error=error)
    try:
        target = conversation_for(request.user, int(number[:18]))
    except Http404:
        return choosing(
            request, conversation, error=_("There is no conversation of this number that you see.")
        )
    if request.method == "GET":
        return comparing(request, conversation, target)
    try:
        operations.join(conversation, target, agent=request.user)
    except operations.CannotJoin as refusal:
        return comparing(request, conversation, target, error=CANNOT_JOIN[str(refusal)])
    words = _(
        "Everything of #%(source)s is here now. Until 30 days from now this can be undone, on the right."
    )
    messages.success(request, words % {"source": conversation.number})
    return redirect_to(target)


def redirect_to(conversation: Conversation) -> HttpResponse:
    address = reverse("conversations:show", args=[conversation.number])
    return HttpResponse(status=303, headers={"Location": address})


def choosing(request, conversation, *, error: str = "") -> HttpResponse:
    words = request.GET.get("q", "").strip()
    found = panels.joinable(conversation, request.user, words)
    if words:
        found = found.filter(pk__in=queues.found(words, request.user).rows.values("pk"))
    context = {"conversation": conversation, "words": words, "found": found[:CANDIDATES], "error": error}
    status = UNPROCESSABLE if error else 200
    return render(request, "conversations/joining_choice.html", context, status=status)


def comparing(request, source, target, *, error: str = "") -> HttpResponse:
    error = error or CANNOT_JOIN.get(joining.obstacle(source, target), "")
    context = {
        "source": source,
        "target": target,
        "sides": [joining.side(each) for each in (source, target)],
        "outlook": joining.outlook(source, target),
        "error": error,
    }
    status = UNPROCESSABLE if error and request.method == "POST" else 200
    return render(request, "conversations/joining.html", context, status=status)


@of_conversation
@require_POST
def separation(request, conversation):
    """Undo a join (`joining`): its source stands by itself again."""
    given, seen = request.POST.get("joining", ""), Conversation.objects.visible_to(request.user)
    joined = get_object_or_404(
        Joining,
        pk=int(given[:18]) if given.isdecimal() else 0,
        target=conversation,
        source__in=seen.values("pk"),
    )
    try:
        operations.separate(joined, agent=request.user)
    except operations.CannotSeparate as refusal:
        return parts_of(request, conversation, error=CANNOT_SEPARATE[str(refusal)])
    source = joined.source
    words = _("This conversation stands by itself again. What came meanwhile stayed in #%(number)s.")
    messages.success(request, words % {"number": conversation.number})
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": reverse("conversations:show", args=[source.number])})
    return redirect_to(source)
