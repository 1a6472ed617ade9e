"""The gate before each view: who may call it at all. Rows are narrowed inside by policy.scope."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from kamerton.access import policy
from kamerton.access.models import User

View = Callable[..., HttpResponseBase]

#: A signed-in person, whatever the role.
SIGNED_IN = "signed in"
#: Anybody, without signing in.
ANYBODY = "anybody"


def person(request: HttpRequest) -> User:
    """Who asks, behind a gate that let only signed-in people through."""
    assert isinstance(request.user, User)  # noqa: S101 - the gate has seen to it
    return request.user


def gate(right: str, also: str = "") -> Callable[[View], View]:
    """Let through who holds `right`, and `also` where one is named; others sign in first, or get 403.

    The rights are kept on the view: the permission matrix test reads them.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if right != ANYBODY and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if right not in (ANYBODY, SIGNED_IN):
                policy.require(request.user, right)
            if also:
                policy.require(request.user, also)
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        guarded.also = also  # type: ignore[attr-defined]
        return guarded

    return decorate
