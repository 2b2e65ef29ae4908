"""What is written on a conversation's page: answers, notes, its subject."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from okienko.conversations import operations, rights
from okienko.conversations.forms import ReplyForm, SubjectForm, WritingForm
from okienko.conversations.operations.answered import letter_answered
from okienko.conversations.operations.replying import File
from okienko.conversations.operations.replying import addressees as people_answered
from okienko.conversations.views import Asked, changed, of_conversation, refused
from okienko.events.log import Actor
from okienko.inboxes.channel import Role
from okienko.inboxes.signing import signed

CANNOT_REPLY = {
    "nobody": _(
        "We know no e-mail address of this person, so there is nowhere to write. Add one to the contact, and you can answer here."
    ),
    "no_mailbox": _(
        "This shop has no mailbox that can send letters now. An owner can connect one in the settings."
    ),
    "joined": _(
        "A moment ago this conversation became part of another one. Copy what you wrote, load the page again and look who is answered."
    ),
    "empty": _("There is nothing to send yet. Write a few words first."),
    "gone": _(
        "The letter you are answering is no longer in this conversation. Choose another one, or answer the last."
    ),
}


@of_conversation
@require_POST
def replies(request, conversation):
    # Whatever a browser does with two buttons of one form: what was written as a note never leaves.
    if request.POST.get("kind") == "note":
        return noted(request, conversation)
    form = ReplyForm(request.POST, request.FILES)

    def write(data):
        files = [File(one.name, one.content_type or "", one.read()) for one in data["files"]]
        operations.reply(
            conversation,
            text=data["text"],
            agent=request.user,
            files=files,
            once=data["token"],
            answers=data["answers"] or None,
            seen=None if data["anyway"] else data["seen"],
            resolves="resolve" in {data["then"], data["anyway"]},
        )

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
    except operations.AnsweredMeanwhile as error:
        words = gettext("%(name)s answered a moment ago. Read it first, then decide about yours.")
        form.add_error("text", words % {"name": error.name})
        return refused(request, conversation, form, status=409, anyway=form.cleaned_data["then"] or "send")
    return changed(request, conversation, asked=replace(Asked.of(request), answers=0))


@of_conversation
@require_POST
def subject(request, conversation):
    """What the conversation is about. Not by those who see it with parts hidden: they would write over them."""
    rights.insist(request.user, "personal.see")
    form = SubjectForm(request.POST)
    if not form.is_valid():
        return refused(request, conversation, form)
    operations.rename(conversation, form.cleaned_data["subject"], actor=Actor.agent(request.user))
    return changed(request, conversation)


@of_conversation
@require_GET
def addressees(request, conversation):
    """Where an answer would go, and what it would be signed with, in words."""
    try:
        letter = letter_answered(conversation, Asked.of(request).answers or None)
    except operations.CannotReply as error:
        return render(request, "conversations/_addressees.html", {"refusal": CANNOT_REPLY[str(error)]})
    people = people_answered(conversation, letter)
    brand = letter.inbox.brand_id if letter and letter.inbox else conversation.brand_id
    context = {
        "to": [one.written or one.address for one in people if one.role == Role.TO],
        "copies": [one.written or one.address for one in people if one.role == Role.CC],
        "signature": signed("", agent_id=request.user.pk, brand_id=brand).partition("-- \n")[2].split("\n"),
    }
    return render(request, "conversations/_addressees.html", context)
