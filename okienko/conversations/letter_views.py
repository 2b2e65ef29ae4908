"""What belongs to one message: its whole text, its page, its files, its way to the recipients."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from okienko.conversations import letter_page, operations, picture_jobs, pictures, rights
from okienko.conversations.models import Conversation, Message
from okienko.conversations.operations import looking
from okienko.conversations.operations.picturing import let_pictures_load
from okienko.conversations.views import changed
from okienko.events.log import Actor
from okienko.files import links
from okienko.ui.fragments import varying
from okienko.ui.security import mail_body_page

MOST_ASKED = 25  # times a page asks, once a second, whether pictures have come


def of_message(view):
    """Hand the view the message with this key, if the agent may see its conversation; 404 otherwise."""

    @login_required
    @wraps(view)
    def with_message(request, pk: int, **more):
        seen = Conversation.objects.visible_to(request.user).filter(messages=pk)
        messages = Message.objects.select_related("sender")
        return view(request, get_object_or_404(messages, pk=pk, conversation__in=seen.values("pk")), **more)

    return with_message


@of_message
@require_POST
def delivery(request, message):
    """„Ponów": try once more to send what could not be sent."""
    rights.insist(request.user, rights.WORK)
    operations.send_again(message, actor=Actor.agent(request.user))
    return changed(request, message.conversation)


@of_message
@require_GET
def text(request, message):
    """The whole text, with the history its writer's program put below."""
    template = "conversations/_text.html" if request.htmx else "conversations/text.html"
    return varying(render(request, template, {"message": message}))


@mail_body_page
@of_message
@require_GET
def body(request, message):
    """The letter as its writer laid it out, in a page of its own that can do nothing."""
    rights.insist(request.user, "personal.see")
    if not message.html:
        raise Http404
    found = letter_page.letter(message.html, own_pictures(message, request.user))
    if found.pictures and pictures.are_permitted(message, request.user, request.GET.get("permit", "")):
        elsewhere = pictures.shown(pictures.settled(found.pictures))
        found = letter_page.letter(message.html, own_pictures(message, request.user), elsewhere.get)
    response = HttpResponse(letter_page.page(found, title=f"{message.pk}"))
    patch_cache_control(response, private=True, no_store=True)
    return response


def own_pictures(message, agent) -> dict[str, str]:
    """Content id → address of a picture that came along, for those who may see files."""
    if not agent.may("files.see"):
        return {}
    files = message.attachments.exclude(content_id="").select_related("blob")
    return {file.content_id: links.address(file.blob, file.name, inline=True) for file in files}


@of_message
@require_GET
def layout(request, message):
    """The letter in its own layout, and above it what it wants to fetch from elsewhere."""
    rights.insist(request.user, "personal.see")
    if not message.html:
        raise Http404
    return laid_out(request, message, request.GET.get("permit", ""))


@of_message
@require_POST
def picture_choice(request, message):
    """Pictures from elsewhere: this time, always from this sender, or no longer."""
    rights.insist(request.user, "personal.see")
    wish = request.POST.get("wish")
    if wish in {"always", "never"}:
        rights.insist(request.user, rights.WORK)
        let_pictures_load(message, request.user, load=wish == "always")
        if message.sender:
            message.sender.refresh_from_db()
    permit = pictures.permit(message, request.user) if wish == "once" else ""
    if not request.htmx:
        again = f"{reverse('conversations:layout', args=[message.pk])}?{urlencode({'permit': permit})}"
        return HttpResponse(status=303, headers={"Location": again})
    return laid_out(request, message, permit)


def laid_out(request, message, permit: str) -> HttpResponse:
    asked = request.GET.get("asked", "")
    context = layout_of(message, request.user, permit, int(asked[:3]) if asked.isdecimal() else 0)
    context["is_waiting"] &= bool(request.htmx)  # without scripts nobody asks again
    template = "conversations/_layout.html" if request.htmx else "conversations/layout.html"
    return varying(render(request, template, context))


def layout_of(message, agent, permit: str, asked: int) -> dict:
    """`asked`: how often the page has asked whether the pictures are there."""
    found = letter_page.letter(message.html, {})
    allowed = pictures.are_permitted(message, agent, permit)
    settled = pictures.settled(found.pictures) if allowed else {}
    missing = len(found.pictures) - len(settled) if allowed else 0
    if missing and asked < MOST_ASKED:
        picture_jobs.want_pictures(message)
    return {
        "message": message,
        "letter": found,
        "count": len(found.pictures),
        "missing": missing,
        "failed": sum(row.blob is None for row in settled.values()),
        "is_waiting": missing > 0 and asked < MOST_ASKED,
        "asked": asked + 1,
        "allowed": allowed,
        "permit": permit,
        "is_always": message.sender and message.sender.shows_pictures,
        "may_work": agent.may(rights.WORK),
    }


@of_message
@require_GET
def original(request, message):
    """The letter byte for byte, for those who may see what no cleaning has touched."""
    rights.insist(request.user, "raw.see")
    if message.raw is None:
        raise Http404
    looking.opened_original(message, request.user)
    return HttpResponseRedirect(links.address(message.raw, f"{message.pk}.eml"))
