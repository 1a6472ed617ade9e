"""What every page knows: the theme, the frame it stands in, the navigation, the company.

Everything that costs more than a look at the request is lazy: a part without the shell does not pay for it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from kamerton.access.models import User
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.signals import queries
from kamerton.web import key_words, navigation, toasts

_MOST = 99
THEMES = ("system", "light", "dark")
#: Languages under their own names, as their speakers look for them.
LANGUAGE_NAMES = {"en": "English", "it": "Italiano", "pl": "Polski", "ru": "Русский"}


def shell(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("theme", "system")
    return {
        "theme": theme if theme in THEMES else "system",
        "narrow": request.COOKIES.get("nav") == "narrow",
        "page_base": "ui/bare.html" if wants_part(request) else "base.html",
        "error_base": "errors/in_shell.html" if _signed_in(request) else "errors/base.html",
        "languages": [(code, LANGUAGE_NAMES[code]) for code, _name in settings.LANGUAGES],
        "language": get_language() or "en",
        "places": SimpleLazyObject(lambda: navigation.places(request)),
        "key_word": key_words.key,
        "waiting_signals": cache(lambda: _waiting(request)),
        "company": SimpleLazyObject(_company),
        "toasts": SimpleLazyObject(lambda: toasts.waiting(request)),
        "toast_shape": toasts.SHAPE,
        "openid_name": settings.OPENID_NAME,
        "second_factor_required": settings.REQUIRE_MFA,
        "here": request.get_full_path(),
    }


def _waiting(request: HttpRequest) -> int:
    """How many signals wait for this person, as Today counts them; of more than 99 it is told no more."""
    if not isinstance(request.user, User):
        return 0
    rows = queries.concerning(request.user, clock.today()).order_by()
    return len(rows.values_list("pk", flat=True)[: _MOST + 1])


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of a page: a page's template then leaves its shell out."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def _signed_in(request: HttpRequest) -> bool:
    """A request that was refused before the sign-in was read has no user."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def _company() -> Company:
    return Company.objects.filter(pk=1).first() or Company(pk=1)
