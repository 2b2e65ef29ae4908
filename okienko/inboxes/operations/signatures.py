"""How people's answers end."""

from django.db import transaction

from okienko.accounts.models import Agent
from okienko.events.log import Actor, record
from okienko.inboxes.events import SignatureChanged
from okienko.inboxes.models import Brand, Signature


@transaction.atomic
def set_signature(agent: Agent, brand: Brand, text: str):
    """Plain text of some lines; an empty one takes the signature away."""
    own = Signature.objects.filter(agent=agent, brand=brand)
    if own.filter(text=text).exists() or (not text and not own.exists()):
        return
    if text:
        Signature.objects.update_or_create(agent=agent, brand=brand, defaults={"text": text})
    else:
        own.delete()
    record(SignatureChanged(agent_id=agent.pk, brand_id=brand.pk), actor=Actor.agent(agent))
