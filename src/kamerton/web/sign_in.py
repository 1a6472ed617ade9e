"""How people sign in: by name or e-mail and a password; nobody signs up by themselves.

A forgotten password is set anew by a link that goes to the person's own address. The page answers the same,
and as fast, whether the address is known or not: the mail leaves by the queue of jobs.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import send_mail
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from kamerton.access.models import User


@task()
def deliver(subject: str, body: str, sender: str, address: str) -> None:
    """Send one letter: through the mail server, or into the folder where letters lie without one."""
    send_mail(subject, body, sender, [address])


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("home")

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """In the language of the person who gets it, not of the browser that asked."""
        with translation.override(user.language or translation.get_language()):
            letter = self.render_mail("account/email/password_reset_key", email, context)
        deliver.enqueue(letter.subject, letter.body, letter.from_email, email)
