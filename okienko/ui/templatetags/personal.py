"""{{ recipient.address|personal:request.user }}: see okienko/ui/personal.py."""

from django import template

from okienko.ui import personal as place

register = template.Library()

register.filter("personal", place.personal)
