"""The desk: queues, a conversation, and what an agent can do to it.

Each page answers an ordinary request whole, and one made by htmx or ok-refresh (both send HX-Request)
with its changing regions only.
"""

import re
from functools import partial, wraps
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okienko.conversations import operations, queues, rights, timeline
from okienko.conversations.forms import AssignmentForm, ReplyForm, TagForm, WritingForm
from okienko.conversations.models import Conversation, Message, Read, Tag
from okienko.conversations.operations.replying import File, last_from_outside
from okienko.conversations.operations.replying import addressees as people_answered
from okienko.events.log import Actor
from okienko.inboxes.channel import Role

NUMBER = re.compile(r"\s*#?(\d{5,18})\s*")
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


@login_required
@require_GET
def index(request):
    """A queue, or what was searched for."""
    words, queue = request.GET.get("q", "").strip(), chosen_queue(request)
    if found := NUMBER.fullmatch(words):
        wanted = Conversation.objects.visible_to(request.user).numbered(int(found[1]))
        if wanted.exists():
            return redirect("conversations:show", number=int(found[1]))
    rows = queues.found(words, request.user) if words else queues.lying_in(queue, request.user)
    context = desk(queue, words) | {
        "counts": queues.counts(request.user),
        "page": queues.page(rows, request.user, request.GET.get("after", "")),
        "has_list": True,
    }
    return varying(render(request, pick(request, "conversations/list.html", "_list_regions.html"), context))


def chosen_queue(request) -> queues.Queue:
    return queues.QUEUES.get(request.GET.get("queue", ""), queues.QUEUES[queues.DEFAULT])


def desk(queue: queues.Queue, words: str = "") -> dict:
    """What the frame of the desk needs, on every page."""
    return {
        "queues": queues.QUEUES.values(),
        "queue": queue,
        "words": words,
        "base": reverse("conversations:list"),
    }


def pick(request, page: str, fragment: str) -> str:
    is_whole = not request.htmx or request.htmx.boosted or request.htmx.history_restore_request
    return page if is_whole else f"conversations/{fragment}"


def varying(response: HttpResponse) -> HttpResponse:
    """Pages and fragments share addresses: the browser must not show one for the other."""
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    patch_cache_control(response, private=True, no_store=True)
    return response


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


def key_in(request, name: str) -> int:
    """A key that a form names; 0, which nothing has, when it is none."""
    given = request.POST.get(name, "")
    return int(given[:18]) if given.isdecimal() else 0


def is_undone(request) -> bool:
    """DELETE, or a form's way of saying it."""
    return request.method == "DELETE" or request.POST.get("_method") == "DELETE"


@of_conversation
@require_http_methods(["POST", "DELETE"])
def resolution(request, conversation):
    act = operations.reopen if is_undone(request) else operations.resolve
    act(conversation, actor=Actor.agent(request.user))
    return changed(request, conversation)


@of_conversation
@require_http_methods(["POST", "DELETE"])
def assignment(request, conversation):
    if not rights.may_hand_on(request.user, conversation):
        rights.insist(request.user, "conversations.assign_others")
    actor, form = Actor.agent(request.user), AssignmentForm(request.POST)
    if is_undone(request):
        operations.assign(conversation, None, actor=actor)
    elif not form.is_valid():
        return refused(request, conversation, form)
    elif request.POST.get("to", "").startswith("team:"):
        operations.assign_team(conversation, form.cleaned_data["to"], actor=actor)
    else:
        operations.assign(conversation, form.cleaned_data["to"], actor=actor)
    if Conversation.objects.visible_to(request.user).filter(pk=conversation.pk).exists() or request.htmx:
        return changed(request, conversation)
    return redirect_to("conversations:list")  # handed to a closed team: who did it sees it no more


@of_conversation
@require_http_methods(["POST", "DELETE"])
def tags(request, conversation):
    actor, form = Actor.agent(request.user), TagForm(request.POST)
    if is_undone(request):
        tag = get_object_or_404(Tag, pk=key_in(request, "tag"), conversations=conversation)
        operations.untag(conversation, tag, actor=actor)
    elif form.is_valid():
        operations.tag(conversation, form.cleaned_data["name"], actor=actor)
    else:
        return refused(request, conversation, form)
    return changed(request, conversation)


@partial(of_conversation, changes_by=rights.READ)
@require_POST
def reading(request, conversation):
    """The browser showed the conversation down to message `up_to`."""
    last = get_object_or_404(Message, pk=key_in(request, "up_to"), conversation=conversation)
    operations.mark_read(conversation, request.user, up_to=last)
    return HttpResponse(status=204)


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
