"""Who may open the pages of people, teams and roles, and the words of a refusal."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

UNPROCESSABLE = 422
REFUSALS = {
    "beyond": _("You cannot give more than you may do yourself."),
    "mightier": _("Only somebody who may do as much can change this."),
    "last": _("At least one person must be able to manage people and roles. Give somebody else that role first."),
    "oneself": _("You cannot end your own work here. Somebody else who manages people can."),
    "taken": _("There is one of this name already."),
    "in_use": _("Somebody has this role, or is invited to it. Give them another one first; people who left count too."),
    "needs_heir": _("The team is closed: choose who gets its conversations, or everybody would see them."),
    "works_here": _("Somebody with this address works here, or has worked here, already."),
}  # fmt: skip


def of_those_who(word: str):
    """A view for signed-in agents whose role holds the permission word; 403 for others."""

    def decorate(view):
        @login_required
        @wraps(view)
        def with_word(request, *args, **kwargs):
            if not request.user.may(word):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return with_word

    return decorate
