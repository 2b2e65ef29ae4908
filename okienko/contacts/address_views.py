"""The addresses of a customer: another one, the chosen one, and one that is not theirs.

Only for those who see addresses.
"""

from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from okienko.contacts import belongings, operations, rights
from okienko.contacts.forms import AddressForm
from okienko.contacts.models import Contact, Identity
from okienko.contacts.views import changed, of_contact, refused
from okienko.events.log import Actor


def sees_addresses(view):
    @of_contact
    @wraps(view)
    def with_right(request, contact, **more):
        rights.insist(request.user, rights.WORK, rights.PERSONAL)
        return view(request, contact, **more)

    return with_right


def redirect_to(contact_pk: int, name: str = "contacts:show", *more: int) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse(name, args=[contact_pk, *more])})


@sees_addresses
@require_POST
def identities(request, contact):
    """Another address; one that is somebody else's leads to the question whether it shall move."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return refused(request, contact, "reach", form)
    try:
        operations.add_identity(
            contact, kind=form.kind, value=form.cleaned_data["address"], actor=Actor.agent(request.user)
        )
    except operations.Belongs as taken:
        return belongs_to_another(request, contact, form, taken.identity)
    return changed(request, contact)


def belongs_to_another(request, contact, form, identity) -> HttpResponse:
    if not Contact.objects.visible_to(request.user).filter(pk=identity.contact_id).exists():
        words = _("This address belongs to a customer whom you do not see. Ask somebody who sees everything.")
        form.add_error("address", words)
        return refused(request, contact, "reach", form)
    asking = reverse("contacts:taking", args=[contact.pk, identity.pk])
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": asking})
    return HttpResponse(status=303, headers={"Location": asking})


@sees_addresses
@require_POST
def primary(request, contact, identity: int):
    operations.choose_primary(
        get_object_or_404(Identity, pk=identity, contact=contact), actor=Actor.agent(request.user)
    )
    return changed(request, contact)


@sees_addresses
@require_http_methods(["GET", "POST"])
def removal(request, contact, identity: int):
    """An address nobody wrote from is forgotten; another one goes to a contact of its own, after a word about that."""
    address = get_object_or_404(Identity, pk=identity, contact=contact)
    is_only = not contact.identities.exclude(pk=address.pk).exists()
    is_named = belongings.is_named(address)
    if request.method == "GET" or (is_named and is_only):
        context = {"contact": contact, "address": address, "is_named": is_named, "is_only": is_only,
                   "along": belongings.said(address, request.user)}  # fmt: skip
        return render(request, "contacts/removal.html", context)
    actor = Actor.agent(request.user)
    if operations.forget(address, actor=actor):
        messages.success(request, _("The address is forgotten."))
        return redirect_to(contact.pk)
    apart = operations.give_own_contact(address, actor=actor)
    messages.success(request, _("The address has a page of its own now. Correct the name if you know it."))
    return redirect_to(apart.pk)


@sees_addresses
@require_http_methods(["GET", "POST"])
def taking(request, contact, identity: int):
    """The address of another customer, whom the agent sees, becomes this one's, after a word about that."""
    theirs = Contact.objects.visible_to(request.user).exclude(pk=contact.pk)
    address = get_object_or_404(Identity.objects.select_related("contact"), pk=identity, contact__in=theirs)
    if request.method == "GET":
        context = {"contact": contact, "address": address, "owner": address.contact,
                   "along": belongings.said(address, request.user)}  # fmt: skip
        return render(request, "contacts/taking.html", context)
    operations.take_over(address, contact, actor=Actor.agent(request.user))
    messages.success(request, _("The address is here now."))
    return redirect_to(contact.pk)
