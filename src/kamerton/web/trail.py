"""What allauth changes about a sign-in is written to the trail as our own actions are."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from kamerton.access.models import User
from kamerton.core import audit


def _record(action: str, user: User, **after: object) -> None:
    audit.record(actor=user, action=action, subject=user, now=timezone.now(), after=after or None)


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, **_rest: Any) -> None:
    request.session["seen_at"] = int(timezone.now().timestamp())


@receiver([password_changed, password_set])
def _password(user: User, **_rest: Any) -> None:
    _record("access.change_password", user)


@receiver(authenticator_added)
def _factor_added(user: User, authenticator: Authenticator, **_rest: Any) -> None:
    _record("access.add_second_factor", user, kind=authenticator.type)


@receiver(authenticator_removed)
def _factor_removed(user: User, authenticator: Authenticator, **_rest: Any) -> None:
    _record("access.remove_second_factor", user, kind=authenticator.type)


@receiver(authenticator_reset)
def _codes_made(user: User, **_rest: Any) -> None:
    _record("access.make_recovery_codes", user)
