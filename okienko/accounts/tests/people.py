"""The cast at the entrance, and what an authenticator app of theirs would show."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from okienko.accounts.models import Agent

PASSWORD = "filiżanka-szron"
SIGN_IN = "/account/sign-in/"
SECOND = "/account/sign-in/second/"
SECURITY = "/account/security/"


def app_code(secret: str, *, ahead: int = 0) -> str:
    """What an app shows now, or `ahead` periods later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def with_app(agent: Agent) -> str:
    """Gives the agent an authenticator app. Returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(agent, secret)
    return secret


def with_recovery_codes(agent: Agent) -> list[str]:
    return RecoveryCodes.activate(agent).generate_codes()


def kinds(agent: Agent) -> list[str]:
    return sorted(Authenticator.objects.filter(user=agent).values_list("type", flat=True))


def sign_in(client: Client, agent: Agent, password: str = PASSWORD, **more):
    return client.post(SIGN_IN, {"email": agent.email, "password": password, **more})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def confirmed(client: Client, agent: Agent) -> Client:
    """Signed in, and just asked for the password again."""
    client.force_login(agent)
    client.post("/account/again/", {"password": PASSWORD})
    return client
