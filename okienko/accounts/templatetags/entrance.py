"""What pages of the entrance ask."""

from django import template

from okienko.accounts.entrance import passkeys

register = template.Library()


@register.simple_tag(takes_context=True)
def passkeys_here(context) -> bool:
    """Do browsers allow passkeys at the address by which this page is open?"""
    return passkeys.are_possible(context["request"])
