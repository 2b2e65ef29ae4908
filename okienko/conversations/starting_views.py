"""A new conversation: a letter of ours, or a call or visit that is written down; and whom it is with."""

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okienko.conversations import operations, people, rights
from okienko.conversations.beginning import (
    KINDS,
    Given,
    asked_for,
    given_to,
    key_in,
    kind_in,
    matters_of,
    suggested,
)
from okienko.conversations.models import Conversation, Message
from okienko.conversations.operations.replying import File
from okienko.conversations.starting_forms import DONE, OWED, LetterForm, TalkForm, mailboxes_of
from okienko.conversations.views import of_conversation
from okienko.ui.fragments import varying

CANNOT = {
    "empty": ("text", _("There is nothing to send yet. Write a few words first.")),
    "nobody": ("to", _("Who shall get the letter? Choose a customer or type an address.")),
    "ours": ("to", _("An address of ours is among them: a letter to it would come back here.")),
    "many": ("to", _("So many addresses do not fit here. Write to fewer people at a time.")),
    "who": ("who", _("Whom was it with? Choose a customer, or type a number, an address or a name.")),
    "number": (
        "who",
        _("Nobody can be called by this number. Polish ones have nine digits; others begin with +."),
    ),
    "address": ("who", _("This is no e-mail address. It looks like zofia@shop.example, without spaces.")),
    "future": ("at", _("This time is still to come. Write down when it was.")),
    "joined": (None, _("A moment ago this conversation became part of another one. Write it down there.")),
    "brand": (
        None,
        _("There is no shop yet to write it down for. An owner connects the first mailbox in the settings."),
    ),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """The page that begins a conversation, and its beginning."""
    rights.insist(request.user, rights.WORK)
    given = given_to(request)
    form = form_for(request, given)
    if request.method == "POST" and form.is_valid() and (message := begun(form, given)):
        return led_to(request, message.conversation)
    return shown(request, form, given)


@of_conversation
@require_POST
def talk(request, conversation):
    """A call or a visit, written into a conversation that is there."""
    kind = Message.Kind.VISIT if request.POST.get("kind") == Message.Kind.VISIT else Message.Kind.CALL
    given = Given(kind, conversation=conversation)
    form = form_for(request, given)
    if form.is_valid() and begun(form, given):
        return led_to(request, conversation)
    return shown(request, form, given)


def form_for(request, given: Given):
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = {"persons": list(given.persons), "token": uuid4()}
    if given.kind == "mail":
        return LetterForm(
            *data, agent=request.user, initial=initial | {"inbox": mailbox_for(request, given.contacts)}
        )
    initial["at"] = timezone.localtime()
    return TalkForm(
        *data, agent=request.user, kind=given.kind, conversation=given.conversation, initial=initial
    )


def begun(form, given: Given):
    """The message that was written; None where the operation refused, with its words on the form."""
    data = form.cleaned_data
    try:
        if given.kind == "mail":
            files = [File(one.name, one.content_type or "", one.read()) for one in data["files"]]
            return operations.start(
                inbox=data["inbox"], to=data["people"], copies=data["copies"], subject=data["subject"],
                text=data["text"], agent=form.agent, files=files, once=data["token"],
            )  # fmt: skip
        return operations.log_talk(
            kind=given.kind, direction=data.get("direction") or "in", minutes=data["minutes"], text=data["text"],
            agent=form.agent, at=data["at"], conversation=given.conversation, contact=data["contact"],
            party=data["party"], name=data["name"], brand=data.get("brand"), subject=data.get("subject", ""),
            is_done=data["outcome"] == DONE, is_owed=data["outcome"] == OWED, once=data["token"],
        )  # fmt: skip
    except operations.CannotReply as refusal:
        form.add_error(*CANNOT[str(refusal)])
        return None


def led_to(request, conversation: Conversation) -> HttpResponse:
    address = reverse("conversations:show", args=[conversation.number])
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponse(status=303, headers={"Location": address})


def mailbox_for(request, contacts: list[int]):
    return suggested(mailboxes_of(request.user), contacts)


def shown(request, form, given: Given) -> HttpResponse:
    contacts = [person.contact.pk for chosen in form.persons.values() for person in chosen]
    inside = given.conversation
    form.point()
    context = {
        "form": form,
        "given": given,
        "kinds": KINDS,
        "named": named_in(request),
        "action": reverse("conversations:talk", args=[inside.number]) if inside else request.get_full_path(),
        "matters": [] if inside else matters_of(request.user, contacts),
        "has_lost_files": bool(request.FILES) and not request.htmx,
    }
    return varying(render(request, "conversations/new.html", context, status=422 if form.is_bound else 200))


def named_in(request) -> str:
    """Whom and what the link that led here names, for the links to the other kinds of beginning."""
    return "".join(
        f"&{key}={value}" for key in ("to", "contact", "conversation") if (value := key_in(request.GET, key))
    )


@login_required
@require_GET
def matters(request):
    """Asked for when people were chosen or typed: what is open with them, and the mailbox they know."""
    rights.insist(request.user, rights.WORK)
    given = Given(kind_in(request))
    contacts = asked_for(request.GET, request.user, given.purpose)
    context = {"given": given, "matters": matters_of(request.user, contacts)}
    is_untouched = request.GET.get("inbox", "") == request.GET.get("suggested", "")
    if given.kind == "mail" and is_untouched:
        initial = {"inbox": mailbox_for(request, contacts)}
        context["form"] = LetterForm(agent=request.user, initial=initial)
    return varying(render(request, "conversations/_new_matters.html", context))


@login_required
@require_GET
def search(request):
    """Customers for the words that are being typed."""
    rights.insist(request.user, rights.WORK)
    purpose = people.TALK if request.GET.get("purpose") == people.TALK else people.MAIL
    found = people.typed(request.GET.get("q", ""), request.user, purpose)
    return varying(render(request, "conversations/_new_people.html", {"people": found}))
