"""What an agent does to a conversation besides writing: give it away, settle it, tag it, read it."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from okienko.conversations import operations, rights
from okienko.conversations.forms import AssignmentForm, StandingForm, TagForm
from okienko.conversations.models import Conversation, Message, Tag
from okienko.conversations.views import changed, of_conversation, redirect_to, refused
from okienko.events.log import Actor


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


SET_ASIDE = {"spam": operations.mark_spam, "trashed": operations.trash, "open": operations.restore}


@of_conversation
@require_POST
def standing(request, conversation):
    """To spam, to the trash, or back from either."""
    form = StandingForm(request.POST)
    if not form.is_valid():
        return refused(request, conversation, form)
    state = form.cleaned_data["state"]
    if state == Conversation.Status.TRASHED:
        rights.insist(request.user, rights.DELETE)
    SET_ASIDE[state](conversation, actor=Actor.agent(request.user))
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
