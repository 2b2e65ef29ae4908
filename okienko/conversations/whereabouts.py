"""The addresses of a conversation that was joined to another one: they lead there, and nothing written is lost."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from okienko.conversations.models import Conversation
from okienko.conversations.operations.placing import living

UNPROCESSABLE = 422


def elsewhere(request, conversation: Conversation) -> HttpResponse:
    """Who only looks is led on, with a word. What somebody did to it is not done: the answer may go to somebody else now."""
    seen = Conversation.objects.visible_to(request.user)
    target = get_object_or_404(seen, pk=living(conversation.pk) or 0)
    names = {"source": conversation.number, "target": target.number}
    if request.method not in {"GET", "HEAD"} and request.htmx:
        words = _(
            "Nothing was done: a moment ago #%(source)s became part of #%(target)s. Copy what you wrote, go there and look who is answered."
        )
        return render(
            request,
            "conversations/_joined_meanwhile.html",
            {"error": words % names, "target": target},
            status=UNPROCESSABLE,
        )
    if request.htmx and not request.htmx.boosted:
        raise Http404  # the page asks again, whole, and is led on
    if request.method in {"GET", "HEAD"}:
        messages.info(request, _("#%(source)s is part of this conversation, #%(target)s.") % names)
    else:
        messages.error(
            request,
            _(
                "Nothing was done: a moment ago #%(source)s became part of #%(target)s. Look who is answered here."
            )
            % names,
        )
    return HttpResponse(status=303, headers={"Location": reverse("conversations:show", args=[target.number])})
