"""Who may sign in, and whose session still counts: asked at each sign-in and at each request."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import clock


class Backend(AuthenticationBackend):
    def user_can_authenticate(self, user: User) -> bool:
        """Not after the last day, whether or not the work of the day has closed the sign-in."""
        return not policy.has_left(user, clock.today())
