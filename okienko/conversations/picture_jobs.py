"""Fetching what letters name, beside the pages: no page waits for another server."""

from django_tasks import task

from okienko.conversations.models import Message
from okienko.conversations.operations import picturing
from okienko.events import queue

FETCH = "conversations.fetch_pictures"


@task(queue_name="network")
def fetch_pictures(message_id: int):
    """Have the pictures from elsewhere that a letter names."""
    html = Message.objects.filter(pk=message_id).values_list("html", flat=True).first()
    if html:
        picturing.fetch_pictures(html)


def want_pictures(message: Message):
    """Queue it, unless it is queued already."""
    if message.pk not in queue.waiting_args(FETCH, "message_id"):
        fetch_pictures.enqueue(message_id=message.pk)
