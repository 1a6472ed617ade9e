"""Every page that can be read, of companies whose ledger says little: one account, turnover alone, returns alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from kamerton.accounts.models import Account, Coverage
from kamerton.web.gates import ANYBODY
from tests.test_permissions import FOREIGN, MATRIX, addresses

pytestmark = pytest.mark.django_db

HEAD = ["account", "account_name", "date", "amount"]
NUMBER = "K-1"
#: What one account brought, without cost or seller.
LEDGERS = {
    "two years of turnover": [[NUMBER, "Only One", dt.date(2024 + at // 12, at % 12 + 1, 5), 900 + 7 * at]
                              for at in range(24)],
    "one day": [[NUMBER, "Only One", dt.date(2025, 12, 5), 900]],
    "returns alone": [[NUMBER, "Only One", dt.date(2025, at + 1, 5), -50 - at] for at in range(12)],
    "nothing but zeros": [[NUMBER, "Only One", dt.date(2025, at + 1, 5), 0] for at in range(12)],
}  # fmt: skip
_ELSEWHERE = {"choose_theme", "choose_language"}


def _readable(asked: set[str]) -> list[str]:
    """Addresses that name nothing, or an account alone."""
    return sorted(
        name
        for name, pattern in addresses().items()
        if name not in FOREIGN | _ELSEWHERE
        and MATRIX[name] != ANYBODY
        and set(pattern.pattern.converters) == asked
    )


def _pages() -> list[str]:
    return [reverse(name) for name in _readable(set())] + [
        reverse(name, kwargs={"number": NUMBER}) for name in _readable({"number"})
    ]


@pytest.mark.parametrize("ledger", LEDGERS)
def test_every_page_stands(
    ledger: str, company, import_rows: Callable[..., None], client: Client, make_user
) -> None:
    import_rows(LEDGERS[ledger], HEAD)
    seller = make_user("senior_kam")
    account = Account.objects.get(number=NUMBER)
    Coverage.objects.create(
        account=account, person=seller, from_date=dt.date(2020, 1, 1), created_at=account.created_at
    )
    failed = []
    for person in (make_user("administrator"), seller):
        client.force_login(person)
        client.raise_request_exception = False
        for url in _pages():
            status = client.get(url).status_code
            if status >= 500:
                failed.append((person.username, url, status))
    assert failed == []
