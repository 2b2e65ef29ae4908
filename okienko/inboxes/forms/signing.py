"""How answers end."""

from django import forms
from django.utils.translation import gettext_lazy as _

from okienko.inboxes.models import Brand
from okienko.lib.text import printable


class SignatureForm(forms.Form):
    """Of one brand; forms of several stand on one page."""

    text = forms.CharField(
        required=False,
        max_length=2000,
        strip=False,
        label=_("Signature"),
        widget=forms.Textarea(attrs={"class": "input", "rows": 5}),
    )

    def __init__(self, *args, brand: Brand, **kwargs):
        self.brand = brand
        kwargs["auto_id"] = f"id_{brand.pk}_%s"
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        lines = printable(self.cleaned_data["text"].replace("\r\n", "\n")).split("\n")
        return "\n".join(line.rstrip() for line in lines).strip()
