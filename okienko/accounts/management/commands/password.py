from django.core.management.base import BaseCommand, CommandError

from okienko.accounts.entrance import letters
from okienko.accounts.models import Agent
from okienko.accounts.operations import access


class Command(BaseCommand):
    help = "A link with which somebody who is locked out sets a new password: once, within an hour."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address they sign in with")
        parser.add_argument(
            "--forget-factors",
            action="store_true",
            help="also take away their passkeys, app and recovery codes",
        )

    def handle(self, *, email, forget_factors, **options):
        agent = Agent.objects.filter(email=email.strip().lower(), is_active=True).first()
        if agent is None:
            raise CommandError(f"nobody who works here signs in with {email}")
        if forget_factors:
            access.forget_factors(agent)
        self.stdout.write(letters.reset_link(agent))
