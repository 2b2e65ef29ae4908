"""What the frame of the desk asks about settings."""

from django import template

from okienko.accounts import settings_pages

register = template.Library()


@register.filter
def has_settings(agent) -> bool:
    """May the agent open any page of settings?"""
    return bool(settings_pages.offered_to(agent))
