"""The heaps of work on the left: which conversations lie in each, how many, and a page of them."""

from okienko.conversations.queues.counting import counts, total
from okienko.conversations.queues.kinds import DEFAULT, QUEUES, Group, Queue, grouped, lying_in, named
from okienko.conversations.queues.paging import Page, page
from okienko.conversations.queues.places import Places, places
from okienko.conversations.queues.searching import Found, found
from okienko.conversations.queues.viewing import View, view

__all__ = [
    "DEFAULT",
    "QUEUES",
    "Found",
    "Group",
    "Page",
    "Places",
    "Queue",
    "View",
    "counts",
    "found",
    "grouped",
    "lying_in",
    "named",
    "page",
    "places",
    "total",
    "view",
]
