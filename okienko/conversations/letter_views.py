"""What belongs to one message: its whole text, its page, its files, its way to the recipients."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from okienko.conversations import cleaning, operations, rights
from okienko.conversations.models import Conversation, Message
from okienko.conversations.operations import looking
from okienko.conversations.views import changed
from okienko.events.log import Actor
from okienko.files import links
from okienko.ui.fragments import varying
from okienko.ui.security import mail_body_page


def of_message(view):
    """Hand the view the message with this key, if the agent may see its conversation; 404 otherwise."""

    @login_required
    @wraps(view)
    def with_message(request, pk: int, **more):
        seen = Conversation.objects.visible_to(request.user).filter(messages=pk)
        return view(request, get_object_or_404(Message, pk=pk, conversation__in=seen.values("pk")), **more)

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
    files = message.attachments.exclude(content_id="").select_related("blob")
    files = files if request.user.may("files.see") else []
    pictures = {file.content_id: links.address(file.blob, file.name, inline=True) for file in files}
    return HttpResponse(cleaning.page(message.html, pictures, title=f"{message.pk}"))


@of_message
@require_GET
def original(request, message):
    """The letter byte for byte, for those who may see what no cleaning has touched."""
    rights.insist(request.user, "raw.see")
    if message.raw is None:
        raise Http404
    looking.opened_original(message, request.user)
    return HttpResponseRedirect(links.address(message.raw, f"{message.pk}.eml"))


@of_message
@require_GET
def attachment(request, message, file: int):
    """A lasting address for a file: leads to its signed one, which is valid for a while only."""
    rights.insist(request.user, "files.see")
    found = get_object_or_404(message.attachments.select_related("blob"), pk=file)
    shown = found.blob.content_type.startswith("image/")
    if not (
        shown and request.headers.get("Sec-Fetch-Dest") == "image"
    ):  # those on the page were read with it
        looking.saved_file(found, message, request.user)
    return HttpResponseRedirect(links.address(found.blob, found.name, inline=shown))
