"""Addresses of the room that are not the account library's."""

from __future__ import annotations

from allauth.account import views as library
from allauth.account.decorators import reauthentication_required
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from civium.foundation.identity.adapters.allauth import held
from civium.foundation.identity.views import freshness as views
from civium.foundation.identity.views import recovery, security

app_name = "identity"
urlpatterns = [
    path("account/confirm/", views.confirm, name="confirm"),
    path("account/onward/", views.onward, name="onward"),
    path("account/second-step/", security.second_factor, name="second_factor"),
    path("account/passkey/", security.offer_passkey, name="offer_passkey"),
    path("account/recovery/", recovery.recovery, name="recovery"),
    path("account/recovery/<str:token>/", recovery.stop, name="stop_recovery"),
    path("account/stay/", security.stay, name="stay"),
    path("account/not-me/<str:token>/", security.not_me_by_link, name="not_me_by_link"),
    path("my/sign-in/", security.sign_in, name="sign_in"),
    path("my/sign-in/others/", security.end_others, name="end_others"),
    path("my/sign-in/<uuid:id>/end/", security.end, name="end"),
    path("my/sign-in/<uuid:id>/not-me/", security.not_me, name="not_me"),
]

# The account library asks for the old password to change it, and for nothing to set a first one: here both ask for a fresh sign-in.
# What it writes where it holds nothing, it would write to an account that was just erased.
_asks = reauthentication_required(app="allauth.account")
library_patterns = [
    path("account/email/", held(library.email), name="account_email"),
    path("account/2fa/totp/activate/", held(totp.activate_totp), name="mfa_activate_totp"),
    path("account/2fa/webauthn/add/", held(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("account/password/change/", _asks(library.password_change), name="account_change_password"),
    path("account/password/set/", _asks(library.password_set), name="account_set_password"),
]
