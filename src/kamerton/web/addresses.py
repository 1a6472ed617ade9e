"""Addresses that several pages link to."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse


def account_url(account: str) -> str:
    return reverse("account", args=[account])


def accounts_url(**filters: str) -> str:
    """The list of accounts, narrowed: accounts_url(seller="Anna Conti")."""
    return _with(reverse("accounts"), filters)


def lines_url(account: str, **chosen: object) -> str:
    """The ledger lines of an account's document, product or day."""
    return _with(reverse("account_lines", args=[account]), chosen)


def explain_url(figure: str, account: str = "", level: str = "") -> str:
    """Where a figure opens: its rule, its period, its rows."""
    return _with(reverse("explain", args=[figure]), {"account": account, "level": level})


def _with(path: str, told: dict[str, object] | dict[str, str]) -> str:
    query = urlencode({name: value for name, value in told.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path
