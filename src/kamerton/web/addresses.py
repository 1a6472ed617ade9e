"""Addresses that several pages link to."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import register_converter, reverse


class AccountNumber:
    """An account's number in a path: as it is, slashes too.

    Browsers and proxies would change some on the way ("..", control characters, blanks at the ends): those,
    and what looks like their other form, are written "~" and their bytes in hexadecimal.
    """

    regex = ".+"

    def to_python(self, value: str) -> str:
        if not value.startswith("~"):
            return value
        try:
            return bytes.fromhex(value[1:]).decode()
        except ValueError:
            return value

    def to_url(self, value: str) -> str:
        return f"~{value.encode().hex()}" if _changes_on_the_way(value) else value


def _changes_on_the_way(value: str) -> bool:
    parts = value.split("/")
    return (
        value.startswith("~")
        or value != value.strip()
        or not value.isprintable()
        or any(part in ("", ".", "..") for part in parts)
    )


register_converter(AccountNumber, "account")


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
