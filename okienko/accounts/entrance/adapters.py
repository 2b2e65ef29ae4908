"""How allauth behaves in this house: nobody signs up, links stay here, words and letters are ours."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okienko.accounts.entrance import letters, providers
from okienko.accounts.entrance.whereto import is_ours
from okienko.accounts.operations import access
from okienko.lib import crypto

# allauth's name of what happened → (kind of factor, what became of it)
CHANGES = {
    "mfa/email/totp_activated": ("totp", "added"),
    "mfa/email/totp_deactivated": ("totp", "removed"),
    "mfa/email/webauthn_added": ("webauthn", "added"),
    "mfa/email/webauthn_removed": ("webauthn", "removed"),
    "mfa/email/recovery_codes_generated": ("recovery_codes", "renewed"),
}
SAID = {
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up. Sign-in asks for its code from now on."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("Here are new recovery codes. Keep them where only you find them."),
}  # fmt: skip


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or has been used."),
        "incorrect_password": _("Wrong password."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then try again."),
        "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def is_safe_url(self, url) -> bool:
        return is_ours(context.request, url or "")

    def respond_user_inactive(self, request, user):
        """The same words as for a wrong password."""
        messages.error(request, gettext("Wrong e-mail or password."))
        return redirect("accounts:sign_in")

    def reauthenticate(self, user, password) -> bool:
        credentials = {"username": user.email, "password": password}
        self.pre_authenticate(context.request, **credentials)
        if not user.check_password(password):
            return False
        self._rollback_login_failed_rl_usage()
        return True

    def post_login(self, request, user, **how):
        ways = [record["method"] for record in get_authentication_records(request, user)]
        access.note_sign_in(user, way="+".join(dict.fromkeys(ways)))
        return super().post_login(request, user, **how)

    def add_message(  # noqa: PLR0917 - as allauth calls it
        self, request, level, message_template=None, message_context=None, extra_tags="", message=None
    ):
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, said, extra_tags=extra_tags)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        if template_prefix in CHANGES:
            kind, change = CHANGES[template_prefix]
            access.note_factor(user, kind=kind, change=change)
            letters.tell_of_factor(user, kind, change)

    def get_reauthentication_methods(self, user) -> list[dict]:
        names = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code from the app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": names[method["id"]]} for method in methods]


class FactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or has been used."),
        "cannot_generate_recovery_codes": _("Set up a second factor first: recovery codes stand in for it."),
    }

    def get_totp_issuer(self) -> str:
        return f"Okienko {context.request.get_host()}"

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text)

    def generate_authenticator_name(self, user, type) -> str:  # noqa: A002 - the name allauth gives it
        return gettext("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Okienko"}


class ProviderAdapter(DefaultSocialAccountAdapter):
    """A provider vouches for who somebody is; who works here is known already."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def pre_social_login(self, request, sociallogin):
        """Lets in the active agent whom the provider asserts, and nobody else."""
        providers.recognise(request, sociallogin)

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        providers.turn_away(
            request, gettext("Signing in with %(name)s did not work. Try again.") % {"name": provider.name}
        )

    def get_connect_redirect_url(self, request, socialaccount) -> str:
        return reverse("accounts:account")

    def send_notification_mail(self, *_arguments, **_named):
        """A first sign-in by a provider changes nothing the agent has set up."""
