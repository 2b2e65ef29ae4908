"""What this room shows beside a conversation and on the page of a customer: addresses, and what colleagues noted."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from okienko.contacts import operations, rights
from okienko.contacts.changing_views import is_undone, key_in
from okienko.contacts.forms import NoteForm
from okienko.contacts.models import ContactNote
from okienko.contacts.views import UNPROCESSABLE, described, of_contact
from okienko.ui.panels import answer

MOST_NOTES = 50


@of_contact
@require_GET
def reach(request, contact):
    about = described(contact, request.user)
    return answer(request, "contacts/panels/_reach.html", about, title=_("How to reach them"))


@of_contact
@require_http_methods(["GET", "POST", "DELETE"])
def notes(request, contact):
    if request.method == "GET":
        return notes_of(request, contact)
    if is_undone(request):
        note = get_object_or_404(ContactNote, pk=key_in(request, "note"), contact=contact, agent=request.user)
        operations.delete_note(note, agent=request.user)
        return notes_of(request, contact)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return notes_of(
            request, contact, error=" ".join(form.errors["text"]), typed=request.POST.get("text", "")
        )
    operations.write_note(contact, form.cleaned_data["text"], agent=request.user)
    return notes_of(request, contact)


def notes_of(request, contact, *, error: str = "", typed: str = "") -> HttpResponse:
    """Newest first; nothing at all for those who only read when there is nothing."""
    rows = contact.notes.select_related("agent__photo")[:MOST_NOTES]
    may_work = request.user.may(rights.WORK)
    context = {"contact": contact, "notes": rows, "may_work": may_work, "error": error, "typed": typed}
    return answer(
        request, "contacts/panels/_notes.html", context, title=_("Notes about the customer"),
        is_empty=not (rows or may_work), status=UNPROCESSABLE if error else 200,
    )  # fmt: skip
