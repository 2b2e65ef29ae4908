"""A person's signatures, one for each brand."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from okienko.inboxes.forms.signing import SignatureForm
from okienko.inboxes.models import Brand, Signature
from okienko.inboxes.operations.signatures import set_signature


@login_required
@require_http_methods(["GET", "POST"])
def signatures(request):
    """POST with `brand` and `text` changes one of them."""
    if request.method == "GET":
        return page(request)
    given = request.POST.get("brand", "")
    brand = get_object_or_404(Brand, pk=int(given[:18]) if given.isdecimal() else 0)
    form = SignatureForm(request.POST, brand=brand)
    if not form.is_valid():
        return page(request, refused=form, status=422)
    set_signature(request.user, brand, form.cleaned_data["text"])
    messages.success(request, _("Saved."))
    return redirect("signatures")


def page(request, *, refused: SignatureForm | None = None, status: int = 200):
    own = dict(Signature.objects.filter(agent=request.user).values_list("brand", "text"))
    forms = [
        refused if refused and refused.brand == brand else form_of(brand, own.get(brand.pk, ""))
        for brand in Brand.objects.order_by("name")
    ]
    return render(request, "inboxes/signatures.html", {"at": "signatures", "forms": forms}, status=status)


def form_of(brand: Brand, text: str) -> SignatureForm:
    return SignatureForm(initial={"text": text}, brand=brand)
