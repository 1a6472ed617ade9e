"""Addresses that several pages link to."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote_plus

from django.urls import get_script_prefix, register_converter, reverse


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


@lru_cache(maxsize=4096)
def _reversed(_prefix: str, name: str, *arguments: str) -> str:
    return reverse(name, args=arguments)


def _path(name: str, *arguments: str) -> str:
    """`reverse`, remembered: a list has hundreds of links, and they are made by a few patterns."""
    return _reversed(get_script_prefix(), name, *arguments)


def account_url(account: str) -> str:
    return _path("account", account)


def accounts_url(**filters: str) -> str:
    """The list of accounts, narrowed: accounts_url(seller="Anna Conti")."""
    return _with(_path("accounts"), filters)


def lines_url(account: str, **chosen: object) -> str:
    """The ledger lines of an account's document, product or day."""
    return _with(_path("account_lines", account), chosen)


def explain_url(figure: str, account: str = "", level: str = "") -> str:
    """Where a figure opens: its rule, its period, its rows."""
    return _with(_path("explain", figure), {"account": account, "level": level})


def _with(path: str, told: dict[str, object] | dict[str, str]) -> str:
    query = "&".join(
        [f"{name}={quote_plus(str(value))}" for name, value in told.items() if value not in (None, "")]
    )
    return f"{path}?{query}" if query else path
