"""A conversation's page: what is asked for, what it shows, and how forms on it are answered."""

from dataclasses import dataclass, replace
from functools import wraps
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from okienko.conversations import rights, timeline
from okienko.conversations.desk_views import chosen_queue, desk, pick
from okienko.conversations.models import Conversation, Read
from okienko.conversations.whereabouts import elsewhere
from okienko.ui.fragments import varying

MOST_DIGITS = 18


def conversation_for(agent, number: int) -> Conversation:
    """The conversation of this number if the agent may see it, with everything its page says of it; else 404."""
    read_up_to = Read.objects.filter(agent=agent, conversation=OuterRef("pk")).values("up_to")
    found = Conversation.objects.visible_to(agent).numbered(number)
    found = found.select_related("contact", "inbox", "assignee__photo", "team", "brand")
    return get_object_or_404(found.annotate(read_up_to=Subquery(read_up_to[:1])))


def of_conversation(view, *, changes_by: str = rights.WORK):
    """Hand the view the conversation of this number, if the agent may see it.

    Who only looks needs all that the page says of it; who changes it, the row and the word `changes_by`.
    """

    @login_required
    @wraps(view)
    def with_conversation(request, number: int):
        if request.method in {"GET", "HEAD"}:
            conversation = conversation_for(request.user, number)
        else:
            conversation = get_object_or_404(Conversation.objects.visible_to(request.user).numbered(number))
            rights.insist(request.user, changes_by)
        if conversation.merged_into_id:
            return elsewhere(request, conversation)
        return view(request, conversation)

    return with_conversation


@dataclass(frozen=True)
class Asked:
    """Which part of a conversation a page shows. Its address says it, and its forms carry it along.

    `shown`: how many messages; `since`: id of the last one read when the page was opened, None on opening;
    `opened`: id of the newest there was then; `answers`: id of the letter that is being answered, 0 for the last.
    """

    shown: int = timeline.PAGE
    since: int | None = None
    opened: int = 0
    answers: int = 0

    @classmethod
    def of(cls, request) -> "Asked":
        given = request.POST if request.method == "POST" else request.GET
        number = {
            name: int(given[name][:MOST_DIGITS])
            for name in ("shown", "since", "opened", "answers")
            if given.get(name, "").isdecimal()
        }
        return cls(
            number.get("shown") or timeline.PAGE,
            number.get("since"),
            number.get("opened", 0),
            number.get("answers", 0),
        )

    def settled(self, conversation: Conversation, newest: int) -> "Asked":
        """The same, with what the first look at the page has found out."""
        since = (conversation.read_up_to or 0) if self.since is None else self.since
        return replace(self, since=since, opened=self.opened or newest)

    @property
    def query(self) -> str:
        """For addresses; without the letter to answer, which each link says for itself."""
        return urlencode({"shown": self.shown, "since": self.since, "opened": self.opened})

    @property
    def earlier(self) -> str:
        return replace(self, shown=self.shown + timeline.PAGE).query


@of_conversation
@require_GET
def show(request, conversation):
    asked, wanted = Asked.of(request), request.GET.get("message", "")
    if wanted.isdecimal():  # a link to one message
        asked = replace(asked, shown=timeline.reaching(conversation, int(wanted[:MOST_DIGITS])))
    return page_of(request, conversation, asked=asked)


def page_of(request, conversation, *, status: int = 200, asked: Asked | None = None, **more) -> HttpResponse:
    """The conversation's page or regions. `more`: `error`, `text` and others of a form that was refused."""
    asked = asked or Asked.of(request)
    place = timeline.Place(
        conversation.read_up_to or 0 if asked.since is None else asked.since, asked.opened, request.user.pk
    )
    lines = timeline.of(conversation, request.user, shown=asked.shown, place=place)
    context = (
        desk(chosen_queue(request))
        | rights_of(request.user, conversation)
        | {
            "conversation": conversation,
            "timeline": lines,
            "names": lines.names,
            "asked": asked.settled(conversation, lines.newest),
            "answered": lines.letters.get(asked.answers),
            "unread": lines.newest > (conversation.read_up_to or 0),
            "token": uuid4(),
            "error": "",
            **more,
        }
    )
    template = pick(request, "conversations/show.html", "_conversation_regions.html")
    response = varying(render(request, template, context, status=status))
    response.headers["Next-Token"] = str(context["token"])
    return response


def rights_of(agent, conversation) -> dict[str, bool]:
    """What the page offers to this agent."""
    return {
        "may_work": agent.may(rights.WORK),
        "may_see_personal": agent.may("personal.see"),
        "may_see_files": agent.may("files.see"),
        "may_see_raw": agent.may("raw.see"),
        "may_trash": agent.may(rights.DELETE),
        "may_hand_on": rights.may_hand_on(agent, conversation),
    }


def changed(request, conversation, *, asked: Asked | None = None) -> HttpResponse:
    """After a change: the new regions, or by an ordinary form the page itself."""
    if not request.htmx:
        return redirect_to("conversations:show", conversation.number)
    try:
        return page_of(request, conversation_for(request.user, conversation.number), asked=asked)
    except Http404:
        return HttpResponse(headers={"HX-Redirect": reverse("conversations:list")})


def redirect_to(name: str, *arguments) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse(name, args=arguments)})


def refused(request, conversation, form, *, status: int = 422, **more) -> HttpResponse:
    """The page again with what is wrong, in words, and what was written."""
    words = " ".join(message for messages in form.errors.values() for message in messages)
    return page_of(
        request,
        conversation_for(request.user, conversation.number),
        status=status,
        error=words,
        text=request.POST.get("text", ""),
        kind=request.POST.get("kind"),
        **more,
    )
