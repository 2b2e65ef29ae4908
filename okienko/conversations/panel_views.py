"""Sections beside a conversation, and what a customer's page shows of conversations. Each comes after its page."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from okienko.contacts.views import of_contact
from okienko.conversations import operations, panels, rights, story
from okienko.conversations.models import Link
from okienko.conversations.views import of_conversation
from okienko.ui.fragments import varying
from okienko.ui.panels import answer


@of_conversation
@require_GET
def others(request, conversation):
    """The customer's other conversations: the newest, or all of them."""
    is_whole = "all" in request.GET
    found = panels.others_of(conversation, request.user, most=panels.MOST if is_whole else panels.SHOWN)
    context = {"conversation": conversation, "others": found}
    title = _("The same person also wrote")
    return answer(request, "conversations/panels/_others.html", context, title=title, is_empty=not found.rows)


@of_conversation
@require_http_methods(["GET", "POST"])
def suggestions(request, conversation):
    """What may be the same matter; a POST says that one of them is not (`link`)."""
    if request.method == "POST":
        given = request.POST.get("link", "")
        link = Q(pk=int(given[:18]) if given.isdecimal() else 0, kind=Link.Kind.MAY_BELONG)
        here = Q(conversation=conversation.pk) | Q(other=conversation.pk)
        operations.dismiss(get_object_or_404(Link, link & here))
    found = panels.suggestions(conversation, request.user)
    context = {"conversation": conversation, "suggestions": found, "may_work": request.user.may(rights.WORK)}
    title = _("Perhaps the same matter")
    return answer(request, "conversations/panels/_suggestions.html", context, title=title, is_empty=not found)


@of_conversation
@require_GET
def parts(request, conversation):
    return parts_of(request, conversation)


def parts_of(request, conversation, *, error: str = "") -> HttpResponse:
    """What was joined to the conversation, with the way back."""
    found = panels.parts_of(conversation, request.user)
    context = {"conversation": conversation, "parts": found, "error": error, "may_work": request.user.may(rights.WORK)}  # fmt: skip
    return answer(
        request, "conversations/panels/_parts.html", context, title=_("Joined here"),
        is_empty=not found, status=422 if error else 200,
    )  # fmt: skip


@of_conversation
@require_GET
def files(request, conversation):
    found = panels.files_of(conversation) if request.user.may("files.see") else []
    context = {"conversation": conversation, "files": found}
    return answer(request, "conversations/panels/_files.html", context, title=_("Files"), is_empty=not found)


@of_contact
@require_GET
def story_of(request, contact):
    """Everything said with a customer: a page of it, or the page after `before` alone."""
    before, channel = request.GET.get("before", ""), request.GET.get("channel", "")
    channel = channel if channel in story.CHANNELS else ""
    found = story.of(contact, request.user, before=before, channel=channel)
    context = {"contact": contact, "story": found, "channel": channel}
    if before and request.htmx:
        return varying(render(request, "conversations/panels/_moments.html", context))
    return answer(request, "conversations/panels/_story.html", context, title=_("Everything so far"))
