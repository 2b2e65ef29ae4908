"""A conversation's page, and what is written on it."""

from functools import wraps
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from okienko.conversations import operations, rights, timeline
from okienko.conversations.desk_views import chosen_queue, desk, pick
from okienko.conversations.forms import ReplyForm, WritingForm
from okienko.conversations.models import Conversation, Read
from okienko.conversations.operations.replying import File, last_from_outside
from okienko.conversations.operations.replying import addressees as people_answered
from okienko.inboxes.channel import Role
from okienko.ui.fragments import varying

CANNOT_REPLY = {
    "nobody": _("There is nobody to answer: no letter in this conversation came from an address."),
    "empty": _("There is nothing to send yet. Write a few words first."),
}


def conversation_for(agent, number: int) -> Conversation:
    """The conversation of this number if the agent may see it, with everything its page says of it; else 404."""
    read_up_to = Read.objects.filter(agent=agent, conversation=OuterRef("pk")).values("up_to")
    found = Conversation.objects.visible_to(agent).numbered(number)
    found = found.select_related("contact", "inbox", "assignee", "team", "brand")
    return get_object_or_404(found.annotate(read_up_to=Subquery(read_up_to[:1])))


def of_conversation(view, *, changes_by: str = rights.WORK):
    """Hand the view the conversation of this number, if the agent may see it.

    Who only looks needs all that the page says of it; who changes it, the row and the word `changes_by`.
    """

    @login_required
    @wraps(view)
    def with_conversation(request, number: int):
        if request.method in {"GET", "HEAD"}:
            return view(request, conversation_for(request.user, number))
        conversation = get_object_or_404(Conversation.objects.visible_to(request.user).numbered(number))
        rights.insist(request.user, changes_by)
        return view(request, conversation)

    return with_conversation


@of_conversation
@require_GET
def show(request, conversation):
    return page_of(request, conversation)


def page_of(request, conversation, *, status: int = 200, **more) -> HttpResponse:
    """The conversation's page or regions. `more`: `error` and `text` of a form that was refused."""
    asked = request.GET.get("shown", "")
    shown = int(asked[:5]) if asked.isdecimal() else timeline.PAGE
    lines = timeline.of(conversation, request.user, shown=shown)
    context = desk(chosen_queue(request)) | {
        "conversation": conversation,
        "timeline": lines,
        "names": lines.names,
        "shown": shown,
        "shown_next": shown + timeline.PAGE,
        "unread": lines.newest > (conversation.read_up_to or 0),
        "may_work": request.user.may(rights.WORK),
        "may_see_personal": request.user.may("personal.see"),
        "may_see_files": request.user.may("files.see"),
        "may_hand_on": rights.may_hand_on(request.user, conversation),
        "token": uuid4(),
        "error": "",
        **more,
    }
    template = pick(request, "conversations/show.html", "_conversation_regions.html")
    response = varying(render(request, template, context, status=status))
    response.headers["Next-Token"] = str(context["token"])
    return response


def changed(request, conversation) -> HttpResponse:
    """After a change: the new regions, or by an ordinary form the page itself."""
    if not request.htmx:
        return redirect_to("conversations:show", conversation.number)
    try:
        return page_of(request, conversation_for(request.user, conversation.number))
    except Http404:
        return HttpResponse(headers={"HX-Redirect": reverse("conversations:list")})


def redirect_to(name: str, *arguments) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse(name, args=arguments)})


@of_conversation
@require_POST
def replies(request, conversation):
    # Whatever a browser does with two buttons of one form: what was written as a note never leaves.
    if request.POST.get("kind") == "note":
        return noted(request, conversation)
    form = ReplyForm(request.POST, request.FILES)

    def write(data):
        files = [File(one.name, one.content_type or "", one.read()) for one in data["files"]]
        once = data["token"]
        operations.reply(conversation, text=data["text"], agent=request.user, files=files, once=once)

    return written(request, conversation, form, write)


@of_conversation
@require_POST
def notes(request, conversation):
    return noted(request, conversation)


def noted(request, conversation) -> HttpResponse:
    def write(data):
        operations.note(conversation, text=data["text"], agent=request.user, once=data["token"])

    return written(request, conversation, WritingForm(request.POST), write)


def written(request, conversation, form, write) -> HttpResponse:
    """Carry out a reply or a note once, or say in words why not."""
    if not form.is_valid():
        return refused(request, conversation, form)
    try:
        write(form.cleaned_data)
    except operations.CannotReply as error:
        form.add_error("text", CANNOT_REPLY[str(error)])
        return refused(request, conversation, form)
    return changed(request, conversation)


def refused(request, conversation, form) -> HttpResponse:
    words = " ".join(message for messages in form.errors.values() for message in messages)
    return page_of(
        request,
        conversation_for(request.user, conversation.number),
        status=422,
        error=words,
        text=request.POST.get("text", ""),
        kind=request.POST.get("kind"),
    )


@of_conversation
@require_GET
def addressees(request, conversation):
    """Where an answer would go, in words."""
    people = people_answered(conversation, last_from_outside(conversation))
    context = {
        "to": [one.written or one.address for one in people if one.role == Role.TO],
        "copies": [one.written or one.address for one in people if one.role == Role.CC],
    }
    return render(request, "conversations/_addressees.html", context)
