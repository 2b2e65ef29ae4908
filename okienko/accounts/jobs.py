"""Work of the queue that concerns people."""

from django_tasks import task

from okienko.accounts.entrance import letters
from okienko.accounts.models import Agent
from okienko.accounts.operations import devices
from okienko.lib import crypto


@task
def send_reset_link(sealed: str):
    """`sealed`: an encrypted address, of whoever asked. Only an active agent is written to.

    The page queues this for every address, so that its answer tells nobody which ones exist.
    """
    agent = Agent.objects.filter(email=crypto.decrypt(sealed), is_active=True).first()
    if agent is not None:
        letters.send_reset_link(agent)


@task
def sweep():
    devices.sweep()
