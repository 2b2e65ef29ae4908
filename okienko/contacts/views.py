"""The customers: their list, and the page of one."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from okienko.contacts import addresses, listing, rights
from okienko.contacts.forms import LANGUAGES
from okienko.contacts.models import Contact, ContactTag, Identity
from okienko.ui.fragments import varying, wants_regions

UNPROCESSABLE = 422
SUGGESTED = 200  # tags offered while one types


@login_required
@require_GET
def index(request):
    """Everybody, or whom a search finds."""
    if not request.user.may("conversations.read"):
        raise Http404
    words, given = request.GET.get("q", "").strip(), request.GET.get("after", "")
    after = int(given[:18]) if given.isdecimal() else 0
    page = listing.page(listing.found(words, request.user), request.user, after)
    template = "_list_regions.html" if wants_regions(request) else "list.html"
    context = {"words": words, "page": page, "after": after}
    return varying(render(request, f"contacts/{template}", context))


def of_contact(view):
    """Hand the view the contact of this key, if the agent may see it; whoever changes it needs the word for that."""

    @login_required
    @wraps(view)
    def with_contact(request, pk: int, **more):
        contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
        if request.method not in {"GET", "HEAD"}:
            rights.insist(request.user, rights.WORK)
        return view(request, contact, **more)

    return with_contact


@of_contact
@require_GET
def show(request, contact):
    return page_of(request, contact)


def page_of(request, contact: Contact, *, status: int = 200, **more) -> HttpResponse:
    """The contact's page or regions. `more`: `errors` (by the part of the page) and `typed` of a form that was refused."""
    agent = request.user
    context = described(contact, agent) | {
        "known_tags": ContactTag.objects.order_by("name")[:SUGGESTED] if agent.may(rights.WORK) else [],
        "errors": {},
        "typed": "",
        **more,
    }
    template = "_contact_regions.html" if wants_regions(request) else "show.html"
    return varying(render(request, f"contacts/{template}", context, status=status))


def described(contact: Contact, agent) -> dict:
    """What the page and the panel beside a conversation say of a customer. Two questions."""
    may_see = agent.may(rights.PERSONAL)
    return {
        "contact": contact,
        "tags": contact.tags.order_by("name"),
        "identities": reachable(contact) if may_see else [],
        "languages": LANGUAGES,
        "language": dict(LANGUAGES).get(contact.language, contact.language),
        "may_work": agent.may(rights.WORK),
        "may_see": may_see,
        "may_address": may_see and agent.may(rights.WORK),
    }


def reachable(contact: Contact) -> list[Identity]:
    """Their addresses by kind, the chosen one first, without the stand-ins of letters that name no sender."""
    theirs = contact.identities.exclude(kind=Identity.Kind.HANDLE, value__startswith=addresses.NOBODY)
    return list(theirs.order_by("kind", "-is_primary", "created_at", "pk"))


def changed(request, contact: Contact) -> HttpResponse:
    """After a change: the new regions, or by an ordinary form the page itself."""
    if request.htmx:
        fresh = Contact.objects.visible_to(request.user).filter(pk=contact.pk).first()
        if fresh:
            return page_of(request, fresh)
        return HttpResponse(headers={"HX-Redirect": reverse("contacts:list")})
    return HttpResponse(status=303, headers={"Location": reverse("contacts:show", args=[contact.pk])})


def refused(request, contact: Contact, part: str, form) -> HttpResponse:
    """The same page, with the words of the fault beside the field and what was typed still in it."""
    words = " ".join(message for messages in form.errors.values() for message in messages)
    typed = request.POST.get("address") or request.POST.get("name", "")
    return page_of(request, contact, status=UNPROCESSABLE, errors={part: words}, typed=typed)
