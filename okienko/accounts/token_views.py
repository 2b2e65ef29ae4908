"""A person's API tokens: made, shown once, revoked."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okienko.accounts import roles
from okienko.accounts.account_forms import TokenForm
from okienko.accounts.operations import tokens as operations
from okienko.accounts.tokens import listed
from okienko.events.log import Actor


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def index(request):
    """The tokens; a new one is shown in the answer to the form that made it, and never again."""
    form = TokenForm(request.POST or None, words=words_of(request.user))
    if request.method == "GET" or not form.is_valid():
        return page(request, form, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    _token, secret = operations.make_token(
        request.user, name=given["name"], scopes=given["scopes"], days=int(given["days"])
    )
    return page(request, TokenForm(words=words_of(request.user)), secret=secret, status=201)


def page(request, form: TokenForm, *, secret: str = "", status: int = 200):
    tokens = listed(request.user)
    context = {
        "at": "tokens",
        "form": form,
        "secret": secret,
        "tokens": [
            (token, [roles.ALL[word].title for word in token.scopes if word in roles.ALL]) for token in tokens
        ],
        "now": timezone.now(),
    }
    return render(request, "accounts/tokens.html", context, status=status)


def words_of(agent) -> list[tuple[str, str]]:
    """The words the agent holds, with their titles, in the order of the roles."""
    return [(name, word.title) for name, word in roles.ALL.items() if name in agent.words]


@login_required
@require_POST
def revoke(request, pk: int):
    token = get_object_or_404(request.user.tokens, pk=pk)
    operations.revoke_token(token, actor=Actor.agent(request.user))
    messages.success(request, _("The token “%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("accounts:tokens")
