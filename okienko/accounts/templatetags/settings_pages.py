"""What the frame of the desk asks about settings."""

from django import template
from django.conf import settings
from django.utils.translation import pgettext

from okienko.accounts import settings_pages
from okienko.accounts.models import Agent

register = template.Library()
Choices = list[tuple[str, str]]


@register.filter
def has_settings(agent) -> bool:
    """May the agent open any page of settings?"""
    return bool(settings_pages.offered_to(agent))


@register.simple_tag
def looks() -> dict[str, Choices]:
    """What one chooses in one's own menu, in words short enough to stand side by side."""
    themes, densities = Agent.Theme, Agent.Density
    return {
        "theme": [
            (themes.LIGHT.value, pgettext("theme", "Light")),
            (themes.DARK.value, pgettext("theme", "Dark")),
            (themes.SYSTEM.value, pgettext("theme", "Device")),
        ],
        "density": [
            (densities.COMFORTABLE.value, pgettext("density", "Roomy")),
            (densities.COMPACT.value, pgettext("density", "Dense")),
        ],
        "language": settings.LANGUAGES,
    }
