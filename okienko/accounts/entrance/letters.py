"""Letters of the entrance. They go by whatever sends mail here (EMAIL_BACKEND), in the reader's language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from okienko.accounts.models import Agent, Invitation


def send(to: str, subject: str, text: str):
    EmailMessage(subject, text, None, [to]).send()


def reset_link(agent: Agent) -> str:
    """Sets a new password once, within settings.PASSWORD_RESET_TIMEOUT."""
    name = urlsafe_base64_encode(force_bytes(agent.pk))
    path = reverse("accounts:new_password", args=[name, default_token_generator.make_token(agent)])
    return f"{settings.PUBLIC_URL}{path}"


def send_reset_link(agent: Agent):
    with translation.override(agent.language):
        text = _(
            "Somebody asked for a new password for Okienko with this address. To choose one, open this link within an"
            " hour:\n\n%(link)s\n\nIf it was not you, do nothing: your password stays as it is."
        )
        send(agent.email, _("A new password for Okienko"), text % {"link": reset_link(agent)} + "\n")


def invitation_link(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('accounts:invitation', args=[token])}"


def invite(invitation: Invitation, token: str, *, language: str):
    """The letter with the link. A job sends it: the call only queues."""
    with translation.override(language):
        text = _(
            "%(who)s invites you to answer customers in Okienko (%(place)s). To begin, open this link within seven"
            " days:\n\n%(link)s\n\nIt works once. If you do not know what this is about, do nothing."
        ) % {
            "who": invitation.agent.name,
            "place": urlsplit(settings.PUBLIC_URL).hostname,
            "link": invitation_link(token),
        }
        send(invitation.email, _("Invitation to Okienko"), text + "\n")


def tell_of_password(agent: Agent):
    with translation.override(agent.language):
        said = _("The password of your account in Okienko was changed.")
        send(agent.email, _("Your password was changed"), said + "\n\n" + what_if())


def tell_of_factor(agent: Agent, kind: str, change: str):
    with translation.override(agent.language):
        said = {
            ("totp", "added"): _("An authenticator app was set up for your account in Okienko."),
            ("totp", "removed"): _("The authenticator app of your account in Okienko was removed."),
            ("webauthn", "added"): _("A passkey was added to your account in Okienko."),
            ("webauthn", "removed"): _("A passkey of your account in Okienko was removed."),
            ("recovery_codes", "renewed"): _("New recovery codes were made for your account in Okienko."),
        }[kind, change]
        send(agent.email, _("Signing in to Okienko was changed"), said + "\n\n" + what_if())


def what_if() -> str:
    link = f"{settings.PUBLIC_URL}{reverse('accounts:forgotten')}"
    return (
        _("If it was not you, set a new password at once and tell the owner: %(link)s") % {"link": link}
        + "\n"
    )
