"""A browser says that its agent has a conversation open, writes in it, or has left it."""

from functools import partial

from django.http import HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from okienko.conversations import rights
from okienko.conversations.views import of_conversation
from okienko.events import presence


@partial(of_conversation, changes_by=rights.READ)
@require_POST
def here(request, conversation):
    state = request.POST.get("state", "")
    if state not in presence.STATES:
        return HttpResponseBadRequest()
    presence.report(f"conversation/{conversation.pk}", request.user.pk, state)
    return HttpResponse(status=204)
