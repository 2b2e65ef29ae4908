"""A shop whose mailbox is really fetched from: an installation with an owner, an agent and one connected inbox."""

import json

from bench.processes import Installation

SHOP = "sklep@shop.test"
PASSWORD = "tajne hasło 1"
SECRETS = ("password", "imap_password", "access_token", "refresh_token", "expires_at")

PROGRAM = """
import json, sys
from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent
from okienko.events.log import Actor
from okienko.inboxes import operations
from okienko.inboxes.models import Brand
given = json.loads(sys.stdin.read())
if not Agent.objects.exists():
    add_agent(email="anna@desk.example", name="Anna", password="okienko-demo")
    add_agent(email="celina@desk.example", name="Celina", password="okienko-demo", role=Agent.Role.OWNER)
brand = Brand.objects.first() or operations.add_brand(name="Ziarno i Glina", sender_name="Ziarno i Glina")
mailbox = operations.set_up(
    brand=brand, name=given["address"], address=given["address"], config=given["config"],
    secrets=given["secrets"], actor=Actor.system(),
)
if given["fetch"]:
    operations.connect(mailbox.inbox, actor=Actor.system())
print(mailbox.inbox_id)
"""


def connect(made: Installation, config: dict, address: str = SHOP, *, fetch: bool = True) -> int:
    """Set up a mailbox with everybody who works there; the id of its inbox. `config`: PostOffice.config()."""
    given = {
        "address": address,
        "config": {key: value for key, value in config.items() if key not in SECRETS},
        "secrets": {key: value for key, value in config.items() if key in SECRETS},
        "fetch": fetch,
    }
    done = made.command("shell", "--no-imports", "-c", PROGRAM, given=json.dumps(given).encode())
    return int(done.stdout.split()[-1])
