"""Words of /ui/: what invented people say there is no text of the product, so it stands in the template in both languages."""

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def say(polish: str, english: str) -> str:
    """{% say "Wyślij" "Send" %}: the words in the language of the page."""
    return polish if get_language() == "pl" else english
