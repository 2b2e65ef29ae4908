"""The audit log: who changed what, and who looked at customers' data."""

from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from okienko.accounts import audit, audit_csv
from okienko.accounts.audit_forms import FilterForm
from okienko.accounts.operations.auditing import note_export


def of_auditors(view):
    """For those whose role holds audit.see."""

    @never_cache
    @login_required
    @wraps(view)
    def with_right(request):
        if not request.user.may("audit.see"):
            raise PermissionDenied
        return view(request)

    return with_right


@of_auditors
@require_GET
def log(request):
    """A page of entries, newest first; `before`: the id above which the last page ended."""
    return page(request, FilterForm(request.GET))


def page(request, form: FilterForm, *, status: int = 200, refused: str = ""):
    rows = audit.events(form.wanted()) if form.is_valid() else audit.events(audit.Filter()).none()
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before[:18]))
    found = audit.entries(rows[: audit.PAGE + 1])
    shown = {name: form[name].value() or "" for name in form.fields}
    context = {
        "form": form,
        "entries": found[: audit.PAGE],
        "more": urlencode({**shown, "before": found[audit.PAGE - 1].id}) if len(found) > audit.PAGE else "",
        "chosen": urlencode(shown),
        "is_further": before.isdecimal(),
        "refused": refused,
    }
    return render(request, "accounts/audit.html", context, status=status if form.is_valid() else 422)


@of_auditors
@require_POST
def export(request):
    """Everything the filters find, as a file. That it was saved is in the log before it leaves."""
    form = FilterForm(request.GET)
    if not form.is_valid():
        return page(request, form)
    rows = audit.events(form.wanted())
    count = rows[: audit_csv.MOST + 1].count()
    if count > audit_csv.MOST:
        words = _("There are more than %(most)s entries. Choose a shorter period and save several files.")
        return page(
            request, form, status=422, refused=words % {"most": f"{audit_csv.MOST:,}".replace(",", " ")}
        )
    upto = rows.values_list("pk", flat=True).first() or 0
    note_export(request.user, what="audit", rows=count)
    return HttpResponse(
        audit_csv.lines(rows.filter(pk__lte=upto)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="okienko-audit-{timezone.localdate()}.csv"'},
    )
