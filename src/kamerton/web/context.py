"""What every page knows: who is signed in, the company, the theme, the navigation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"theme": request.COOKIES.get("theme", "system")}
