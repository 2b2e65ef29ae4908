"""The bar above the list: one form, several conversations."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from okienko.conversations import bulk, rights
from okienko.conversations.bulk_forms import BulkForm
from okienko.conversations.desk_views import chosen_queue, list_of
from okienko.conversations.models.conversation import FIRST_NUMBER


@login_required
@require_POST
def several(request):
    """One act for all that were chosen. What takes an act back says in its address which and what."""
    rights.insist(request.user, rights.WORK)
    is_undoing = "act" in request.GET
    form = BulkForm(request.GET if is_undoing else request.POST, agent=request.user)
    if not form.is_valid():
        words = " ".join(word for faults in form.errors.values() for word in faults)
        return told(request, words, HttpResponse(status=422), is_problem=True)
    act = form.cleaned_data["act"]
    if act == "trash":
        rights.insist(request.user, rights.DELETE)
    outcome = bulk.carried_out(act, form.cleaned_data["number"], form.wish)
    response = list_of(request) if request.htmx and not is_undoing else HttpResponse()
    return told(request, outcome.words, response, undo=undoing(outcome), is_problem=not outcome.is_whole)


def undoing(outcome: bulk.Outcome) -> str:
    """The address that takes it back, "" where nothing does."""
    opposite = bulk.ACTS[outcome.name].opposite
    if not opposite or not outcome.done:
        return ""
    numbers = [FIRST_NUMBER + pk for pk in outcome.done]
    return f"{reverse('conversations:bulk')}?{urlencode({'act': opposite, 'number': numbers}, doseq=True)}"


def told(
    request, words: str, response: HttpResponse, *, undo: str = "", is_problem: bool = False
) -> HttpResponse:
    """By script: the response with the words beside it. By a plain form: the words above the list."""
    if not request.htmx:
        messages.add_message(request, messages.WARNING if is_problem else messages.SUCCESS, words)
        address = f"{reverse('conversations:list')}?{chosen_queue(request).query}"
        return HttpResponse(status=303, headers={"Location": address})
    toast = {"text": words, "problem": is_problem, "action": _("Undo") if undo else "", "href": undo}
    return trigger_client_event(response, "ok:toast", toast)
