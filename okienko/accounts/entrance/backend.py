"""Who may sign in with a password, and who is signed in."""

from django.contrib.auth.backends import ModelBackend

from okienko.accounts.entrance.standing import with_standing
from okienko.accounts.models import Agent


class AgentBackend(ModelBackend):
    def get_user(self, user_id):
        """The agent of a session with their role and standing, in one question; None for who has left."""
        return with_standing(Agent.objects.filter(pk=user_id, is_active=True)).first()
