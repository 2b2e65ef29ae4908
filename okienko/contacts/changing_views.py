"""What an agent corrects about a customer: name, language, tags."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from okienko.contacts import operations
from okienko.contacts.forms import LanguageForm, NameForm, TagForm
from okienko.contacts.models import ContactTag
from okienko.contacts.views import changed, of_contact, refused
from okienko.events.log import Actor


def key_in(request, name: str) -> int:
    """A key that a form names; 0, which nothing has, when it is none."""
    given = request.POST.get(name, "")
    return int(given[:18]) if given.isdecimal() else 0


def is_undone(request) -> bool:
    """DELETE, or a form's way of saying it."""
    return request.method == "DELETE" or request.POST.get("_method") == "DELETE"


@of_contact
@require_POST
def name(request, contact):
    form = NameForm(request.POST)
    if not form.is_valid():
        return refused(request, contact, "name", form)
    operations.rename(contact, form.cleaned_data["name"], actor=Actor.agent(request.user))
    return changed(request, contact)


@of_contact
@require_POST
def language(request, contact):
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return refused(request, contact, "language", form)
    operations.choose_language(contact, form.cleaned_data["language"], actor=Actor.agent(request.user))
    return changed(request, contact)


@of_contact
@require_http_methods(["POST", "DELETE"])
def tags(request, contact):
    actor, form = Actor.agent(request.user), TagForm(request.POST)
    if is_undone(request):
        tag = get_object_or_404(ContactTag, pk=key_in(request, "tag"), contacts=contact)
        operations.untag(contact, tag, actor=actor)
    elif form.is_valid():
        operations.tag(contact, form.cleaned_data["name"], actor=actor)
    else:
        return refused(request, contact, "tags", form)
    return changed(request, contact)
