"""{% judge file.blob file.name as known %}: what a file is to whoever looks at it, see okienko/files/judging.py."""

from django import template

from okienko.files import judging

register = template.Library()


@register.simple_tag
def judge(blob, name: str) -> judging.Judged:
    return judging.judged(blob, name)


@register.simple_tag
def harmful(attachments) -> int:
    """How many of these (each with `blob` and `name`) may do harm: "all at once" leaves them out."""
    return sum(bool(judging.judged(each.blob, each.name).harm) for each in attachments)


@register.filter
def kind_icon(kind: str) -> str:
    """Which icon stands for a kind of file."""
    icons = {"picture": "image", "audio": "sound", "video": "video", "archive": "box", "text": "list"}
    return icons.get(kind, "file")
