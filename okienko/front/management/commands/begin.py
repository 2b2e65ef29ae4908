import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent
from okienko.front import setup_code
from okienko.inboxes.operations import add_brand, add_inbox


class Command(BaseCommand):
    help = "Begin a new office: the shop, its owner, its first mailbox. Passwords are asked for."

    def add_arguments(self, parser):
        parser.add_argument("--shop", required=True, help="the shop's name, as customers know it")
        parser.add_argument("--owner", required=True, help="the owner's e-mail address, to sign in with")
        parser.add_argument("--name", required=True, help="the owner's name")
        parser.add_argument("--mailbox", required=True, help="the address customers write to")
        parser.add_argument("--smtp", default="127.0.0.1:25", help="host:port of the mail server that sends")
        parser.add_argument("--smtp-security", default="none", choices=["none", "starttls", "tls"])
        parser.add_argument("--smtp-user", default="", help="user name there; its password is asked for")
        parser.add_argument(
            "--plus-addressing", action="store_true", help="mail to name+anything@ arrives, too"
        )

    def handle(self, *, shop, owner, name, mailbox, **options):
        if Agent.objects.with_word("people.manage").exists():
            raise CommandError(
                "this office has an owner already; people and mailboxes are added by the owner"
            )
        for address in (owner, mailbox):
            self.valid(validate_email, address)
        password = self.ask("Password of the owner: ")
        self.valid(validate_password, password, Agent(email=owner, name=name))
        secrets = {"password": self.ask("Password of the mail server: ")} if options["smtp_user"] else {}
        with transaction.atomic():
            add_agent(email=owner, name=name, password=password, role=Agent.Role.OWNER)
            add_inbox(
                brand=add_brand(name=shop, sender_name=shop),
                name=mailbox,
                kind="email",
                address=mailbox,
                config=self.config(options),
                secrets=secrets,
            )
        setup_code.forget()
        self.stdout.write(f"{name} may sign in with {owner}; letters to {mailbox} are taken in.")

    def ask(self, question: str) -> str:
        """From the terminal, unseen; from a pipe, the next line."""
        return getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    def valid(self, check, *values):
        try:
            check(*values)
        except ValidationError as error:
            raise CommandError(
                f"{values[0] if check is validate_email else 'password'}: {' '.join(error)}"
            ) from None

    def config(self, options) -> dict:
        host, _, port = options["smtp"].rpartition(":")
        if not port.isdigit():
            raise CommandError(f"--smtp must read like mail.example.com:587, not {options['smtp']}")
        return {
            "host": host,
            "port": int(port),
            "security": options["smtp_security"],
            "username": options["smtp_user"],
            "plus_addressing": options["plus_addressing"],
        }
