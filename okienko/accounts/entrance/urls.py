"""Addresses that allauth looks for by its own names: exactly those of its pages that this house shows."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.generic import RedirectView

from okienko.accounts.entrance import sign_in_views

urlpatterns = [
    path("sign-in/", sign_in_views.sign_in, name="account_login"),
    path("sign-in/second/", factors.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/with/<str:provider_id>/", sign_in_views.with_provider, name="openid_connect_login"),
    path("sign-in/from/<str:provider_id>/", sign_in_views.provider_callback, name="openid_connect_callback"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("security/", factors.index, name="mfa_index"),
    path("security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("security/codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("security/passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("security/passkeys/new/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("security/passkeys/<int:pk>/name/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
]
