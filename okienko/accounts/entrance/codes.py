"""Codes of authenticator apps serve once, also while a clock that runs ahead or behind is forgiven."""

import hashlib

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache


def serve_once(authenticator: Authenticator, code: str) -> bool:
    """False when this code of an app was taken before, in any of the periods in which it is valid."""
    if authenticator.type != Authenticator.Type.TOTP:
        return True
    digits = "".join(character for character in code if character.isdigit())
    key = hashlib.sha256(f"{authenticator.pk}/{digits}".encode()).hexdigest()
    valid = (2 * settings.MFA_TOTP_TOLERANCE + 1) * settings.MFA_TOTP_PERIOD
    return cache.add(f"totp:{key}", 1, timeout=valid)


class CodeForm(AuthenticateForm):
    def clean_code(self) -> str:
        code = super().clean_code()
        if not serve_once(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeAgainForm(ReauthenticateForm):
    def clean_code(self) -> str:
        code = super().clean_code()
        if not serve_once(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code
