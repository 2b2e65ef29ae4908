"""The files of a message: looking at one, saving one, all of them at once, and small pictures of large ones."""

from functools import wraps

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods

from okienko.conversations import rights
from okienko.conversations.letter_views import of_message
from okienko.conversations.operations import looking
from okienko.files import links, operations, previews
from okienko.files.judging import Judged, judged
from okienko.files.models import Rendition
from okienko.ui.fragments import varying

KEPT_SECONDS = 3600  # how long a browser keeps where a small picture lies; the address holds twelve hours


def of_file(view):
    """Hand the view the message and its file with this key; 404, or 403 in words for those who may not see files."""

    @of_message
    @wraps(view)
    def with_file(request, message, file: int, **more):
        rights.insist(request.user, "files.see")
        found = get_object_or_404(message.attachments.select_related("blob"), pk=file)
        return view(request, message, found, **more)

    return with_file


@of_file
@require_http_methods(["GET", "POST"])
def save(request, message, file):
    """A lasting address for a file: leads to its signed one, which is valid for a while only.

    What may do harm is given out to those who said that they want it all the same: by a form.
    """
    known = judged(file.blob, file.name)
    if known.harm and request.method == "GET":
        return looked_at(request, message, file, known)
    looking.saved_file(file, message, request.user)
    return HttpResponseRedirect(links.address(file.blob, known.name))


@of_file
@require_GET
def look(request, message, file):
    """The file above the page; on its own page where the browser shows it better itself."""
    known = judged(file.blob, file.name)
    if known.kind == "pdf" and known.can_be_shown and not request.htmx:
        looking.saved_file(file, message, request.user)
        return HttpResponseRedirect(links.address(file.blob, known.name, inline=True))
    return looked_at(request, message, file, known)


def looked_at(request, message, file, known: Judged) -> HttpResponse:
    if known.can_be_shown:
        looking.saved_file(file, message, request.user)
    context = {
        "message": message,
        "file": file,
        "known": known,
        **preview(file, known),
        **around(message, file),
    }
    template = "conversations/_look.html" if request.htmx else "conversations/look.html"
    return varying(render(request, template, context))


def around(message, file) -> dict:
    """Its place among the files of the message that can be shown, counted from 1; 0 when it is none of them."""
    shown = [None, *(each for each in message.attachments.select_related("blob") if can_be_shown(each)), None]
    place = next((number for number, each in enumerate(shown) if each and each.pk == file.pk), 0)
    beside = {"before": shown[place - 1], "after": shown[place + 1]} if place else {}
    return {"place": place, "count": len(shown) - 2, **beside}


def can_be_shown(file) -> bool:
    return judged(file.blob, file.name).can_be_shown


def preview(file, known: Judged) -> dict:
    """What the template shows of it."""
    if not known.can_be_shown:
        return {}
    if known.kind == "text":
        return {"text": previews.beginning(file.blob)}
    if known.kind == "picture":
        return {"rendition": made(file.blob, Rendition.Kind.VIEW)}
    return {"address": links.address(file.blob, known.name, inline=True)}


def made(blob, kind) -> Rendition | None:
    """None: others are being made, ask again."""
    try:
        return operations.rendition(blob, kind)
    except operations.Busy:
        return None


@of_file
@require_GET
def picture(request, message, file, kind: str):  # noqa: ARG001 - the letter is only looked at by of_file
    """The small or the large picture of a file; 404 when it has none, an empty 202 while it is to be asked for again."""
    if judged(file.blob, file.name).kind != "picture" or kind not in Rendition.Kind.values:
        raise Http404
    rendition = made(file.blob, kind)
    if rendition is None:
        return HttpResponse(status=202, headers={"Retry-After": "1", "Cache-Control": "no-store"})
    if rendition.blob is None:
        raise Http404
    response = HttpResponseRedirect(links.picture_address(rendition.blob.sha256))
    patch_cache_control(response, private=True, max_age=KEPT_SECONDS)
    return response


@of_message
@require_GET
def bundle(request, message):
    """All files of a message as one, without those that may do harm."""
    rights.insist(request.user, "files.see")
    files = [
        (file, judged(file.blob, file.name))
        for file in message.attachments.select_related("blob")[: links.MOST_BUNDLED]
    ]
    harmless = [(file, known) for file, known in files if not known.harm]
    if not harmless:
        raise Http404
    for file, _ in harmless:
        looking.saved_file(file, message, request.user)
    named = [(file.blob, known.name) for file, known in harmless]
    return HttpResponseRedirect(
        links.bundle_address(named, f"{message.conversation.number}-{message.pk}.zip")
    )
