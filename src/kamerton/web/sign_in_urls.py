"""Sign-in, the second factor, passkeys and sessions. People come by invitation: there is no sign-up address."""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as identity
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.usersessions import views as sessions
from django.urls import path, re_path

from kamerton.web import openid, you

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-in/forgotten/", views.password_reset, name="account_reset_password"),
    path("sign-in/forgotten/sent/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^sign-in/new-password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "sign-in/new-password-set/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("sign-out/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("sign-in/code/", factor.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/again/", views.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sign-in/with/company/", openid.start, name="sign_in_openid"),
    path("sign-in/with/<slug:provider_id>/back/", openid_connect.callback, name="openid_connect_callback"),
    path("sign-in/cancelled/", identity.login_cancelled, name="socialaccount_login_cancelled"),
    path("you/", you.you, name="you"),
    path("you/email/", you.email, name="you_email"),
    path("you/password/", views.password_change, name="account_change_password"),
    path("you/password/set/", views.password_set, name="account_set_password"),
    path("you/second-factor/", factor.index, name="mfa_index"),
    path("you/second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("you/second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("you/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("you/recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("you/recovery-codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("you/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("you/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("you/passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("you/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("you/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("you/sessions/<int:pk>/end/", you.end_session, name="session_end"),
]
