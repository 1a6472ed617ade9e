"""How people sign in: by name or e-mail and a password, a passkey, or the company's own sign-in; nobody signs up.

A forgotten password is set anew by a link that goes to the person's own address. The page answers the same,
and as fast, whether the address is known or not: the mail leaves by the queue of jobs.
"""

from __future__ import annotations

import math
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks import task

from kamerton.access import policy, sign_in
from kamerton.access.models import User
from kamerton.core import clock

_GUESSING = {"app": "allauth.account", "action": "login_failed"}


@task()
def deliver(subject: str, body: str, sender: str, address: str) -> None:
    """Send one letter: through the mail server, or into the folder where letters lie without one."""
    send_mail(subject, body, sender, [address])


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("This name and password do not belong together."),
        "email_password_mismatch": gettext_lazy("This e-mail and password do not belong together."),
        "too_many_login_attempts": gettext_lazy(
            "Too many wrong tries. Nothing was changed; try again in five minutes."
        ),
        "rate_limited": gettext_lazy("Too many wrong tries. Nothing was changed; try again in five minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Whichever way somebody comes: not after the last day."""
        if policy.has_left(user, clock.today()):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("you")

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """In the language of the person who gets it, not of the browser that asked."""
        with translation.override(user.language or translation.get_language()):
            letter = self.render_mail("account/email/password_reset_key", email, context)
        deliver.enqueue(letter.subject, letter.body, letter.from_email, email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Who cannot be told apart (a server behind a socket) counts as one address."""
        try:
            return super().get_client_ip(request)
        except PermissionDenied:
            return "0.0.0.0"  # noqa: S104 - a name for "not known", nothing is bound to it

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            minutes = self._minutes_left(request, self._get_login_attempts_cache_key(request, **credentials))
            text = ngettext(
                "Too many wrong tries. Nothing was changed; try again in %(minutes)s minute.",
                "Too many wrong tries. Nothing was changed; try again in %(minutes)s minutes.",
                minutes,
            )
            raise ValidationError(text % {"minutes": minutes}, code="too_many_login_attempts") from error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """One count for a person, whichever name is typed; a name that nobody has is counted all the same."""
        typed = (credentials.get("email") or credentials.get("username") or "").casefold()
        known = sign_in.known_as(typed)
        return f"person:{known.pk}" if known else f"name:{typed}"

    def _minutes_left(self, request: HttpRequest, key: str) -> int:
        """Whole minutes, rounded up, until every limit lets one more try through."""
        seconds = 0.0
        for rate in ratelimit.get_rates(**_GUESSING):
            tries = cache.get(ratelimit.get_cache_key(request, rate=rate, key=key, **_GUESSING), [])
            if len(tries) >= rate.amount:
                seconds = max(seconds, tries[rate.amount - 1] + rate.duration - time.time())
        return max(1, math.ceil(seconds / 60))


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        # allauth says the same of codes and of passkeys.
        "incorrect_code": gettext_lazy(
            "That did not open it: the code is wrong or has run out, or the passkey is not known here."
        ),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Kamerton"}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}
