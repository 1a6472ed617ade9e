"""The form that adds a passkey, in our words."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddForm(AddWebAuthnForm):
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        help_text=_(
            "The device must know you by finger, face or PIN. Otherwise it stands beside the password."
        ),
        required=False,
    )
