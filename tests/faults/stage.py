"""Fill a migrated installation with what the tests of faults play on; prints the key of Anna's session.

python -m tests.faults.stage SMTP_PORT

One inbox that sends by the given port, Anna, and three letters that have been read and answered: the
answers wait in the queue, unsent.
"""

import sys

SHOP = "sklep@ziarno.example"
ANSWERS = 3


def letter(number: int, *, sender: str = "", size: int = 0) -> bytes:
    """A letter of its own matter, Message-ID <letter-N@klient.example>. `size`: bytes of an attachment."""
    sender = sender or f"zofia{number}@klient.example"
    head = (
        f"From: Zofia <{sender}>\r\nTo: {SHOP}\r\nSubject: Paczka {number}\r\n"
        f"Date: Mon, 02 Nov 2026 10:00:00 +0100\r\nMessage-ID: <letter-{number}@klient.example>\r\n"
        "MIME-Version: 1.0\r\n"
    )
    words = f"Gdzie jest paczka numer {number}?\r\n"
    if not size:
        return f"{head}\r\n{words}".encode()
    file = "\r\n".join(["A" * 76] * (size // 78))
    return (
        f'{head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n{words}\r\n'
        "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{number}.bin"\r\n\r\n{file}\r\n--b--\r\n'
    ).encode()


def letter_id(number: int) -> str:
    return f"letter-{number}@klient.example"


def main(smtp_port: int):
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from okienko.accounts.operations import add_agent
    from okienko.conversations.models import Conversation
    from okienko.conversations.operations import reply
    from okienko.events.worker import drain
    from okienko.inboxes.operations import add_brand, add_inbox, take_in

    anna = add_agent(email="anna@ziarno.example", name="Anna", password="filiżanka-szron")
    config = {"host": "127.0.0.1", "port": smtp_port, "timeout": 10}
    shop = add_inbox(
        brand=add_brand(name="Ziarno i Glina"), name="Sklep", kind="email", address=SHOP, config=config
    )
    for number in range(9001, 9001 + ANSWERS):
        take_in(shop, letter(number), recipient=SHOP)
    drain()
    for conversation in Conversation.objects.order_by("pk"):
        reply(conversation, text="Paczka jest w drodze.", agent=anna)

    session = SessionStore()
    session[SESSION_KEY] = str(anna.pk)
    session[BACKEND_SESSION_KEY] = "okienko.accounts.entrance.backend.AgentBackend"
    session[HASH_SESSION_KEY] = anna.get_session_auth_hash()
    session.create()
    print(session.session_key)


if __name__ == "__main__":
    import django

    django.setup()
    main(int(sys.argv[1]))
