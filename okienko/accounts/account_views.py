"""A person's own account: name, photo, looks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from okienko.accounts import photos
from okienko.accounts.account_forms import LooksForm, NameForm, PhotoForm
from okienko.accounts.entrance.whereto import is_ours
from okienko.accounts.operations import account as operations

LOOKS = ("language", "theme", "density", "has_shortcuts")


@never_cache
@login_required
@require_GET
def show(request):
    return page(request)


def page(request, *, status: int = 200, **forms):
    """The account; `forms` are those that were refused."""
    agent = request.user
    context = {
        "at": "account",
        "name_form": NameForm(initial={"name": agent.name}),
        "photo_form": PhotoForm(),
        "looks_form": LooksForm(initial={name: getattr(agent, name) for name in LOOKS}),
        **forms,
    }
    return render(request, "accounts/account.html", context, status=status)


@login_required
@require_POST
def name(request):
    form = NameForm(request.POST)
    if not form.is_valid():
        return page(request, status=422, name_form=form)
    operations.rename(request.user, form.cleaned_data["name"])
    return saved(request)


@login_required
@require_POST
def photo(request):
    """A new photo; `_method=DELETE` takes the old one away."""
    if request.POST.get("_method") == "DELETE":
        operations.remove_photo(request.user)
        return saved(request)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, status=422, photo_form=form)
    try:
        # One byte more than may be is enough to know.
        operations.set_photo(request.user, form.cleaned_data["photo"].read(photos.MOST_BYTES + 1))
    except photos.NotAPhoto as error:
        form.add_error("photo", str(error))
        return page(request, status=422, photo_form=form)
    return saved(request)


@login_required
@require_POST
def looks(request):
    """`next`: the page to go back to, when it was not the account where this was chosen."""
    form = LooksForm(request.POST)
    if not form.is_valid():
        return page(request, status=422, looks_form=form)
    operations.set_looks(request.user, **form.cleaned_data)
    came_from = request.POST.get("next", "")
    if is_ours(request, came_from):
        return redirect(came_from)  # it shows what was chosen; nothing needs to be said
    # Said in the language that was just chosen.
    with translation.override(form.cleaned_data["language"]):
        return saved(request)


def saved(request):
    messages.success(request, _("Saved."))
    return redirect("accounts:account")
