"""What lies with a person or in a team, in words, for whoever decides what becomes of it. "" for nothing."""

from django.utils.translation import ngettext

from okienko.accounts.models import Agent, Team
from okienko.conversations.models import Conversation, Follow
from okienko.inboxes.models import Inbox


def unresolved_of(agent: Agent) -> str:
    count = Conversation.objects.filter(assignee=agent).exclude(status=Conversation.Status.RESOLVED).count()
    return said(
        ngettext("%(count)d unresolved conversation", "%(count)d unresolved conversations", count), count
    )


def followed_by(agent: Agent) -> str:
    count = Follow.objects.filter(agent=agent).count()
    return said(ngettext("%(count)d followed conversation", "%(count)d followed conversations", count), count)


def lying_in(team: Team) -> str:
    count = Conversation.objects.filter(team=team).count()
    return said(ngettext("%(count)d conversation", "%(count)d conversations", count), count)


def inboxes_of(team: Team) -> str:
    count = Inbox.objects.filter(team=team).count()
    return said(ngettext("%(count)d inbox", "%(count)d inboxes", count), count)


def said(words: str, count: int) -> str:
    return words % {"count": count} if count else ""
