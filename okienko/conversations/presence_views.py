"""A browser says that its agent has a conversation open, writes in it, or has left it."""

import re
from functools import partial

from django.http import HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from okienko.conversations import rights
from okienko.conversations.views import of_conversation
from okienko.events import presence

PAGE, TURN = re.compile(r"[\w-]{1,40}", re.ASCII), re.compile(r"[0-9]{1,15}")


@partial(of_conversation, changes_by=rights.READ)
@require_POST
def here(request, conversation):
    said = [
        request.POST.get(name, otherwise) for name, otherwise in (("state", ""), ("page", "-"), ("turn", "0"))
    ]
    state, page, turn = said
    if state not in presence.STATES or not PAGE.fullmatch(page) or not TURN.fullmatch(turn):
        return HttpResponseBadRequest()
    word = presence.Word(state, page, int(turn))
    presence.report(f"conversation/{conversation.pk}", request.user.pk, word)
    return HttpResponse(status=204)
