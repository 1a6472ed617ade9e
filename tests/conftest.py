"""Fixtures of all tests."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup", "django_db_blocker"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On another database than the default only what touches a database can differ: the rest ran there already."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    kept = [each for each in items if _uses_database(each)]
    config.hook.pytest_deselected(items=[each for each in items if not _uses_database(each)])
    items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(asked & _DATABASE_FIXTURES)


def pytest_sessionfinish() -> None:
    shutil.rmtree(settings.HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_sets() -> Path:
    """The real data sets beside the checkout; tests that need them are skipped elsewhere."""
    if not SHARED.is_dir():
        pytest.skip("the shared data sets are not beside this checkout (make verify DATA=folder runs them)")
    return SHARED


@pytest.fixture
def now() -> dt.datetime:
    """The moment at which every test happens."""
    return dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _own_home(request: pytest.FixtureRequest) -> Iterator[None]:
    """Ledger and upload folders are empty at the start of every test that has a database."""
    yield
    if {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        for folder in (settings.LEDGER_DIR, settings.UPLOAD_DIR, settings.FILES_DIR):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def company(db):
    from kamerton.core.models import Company

    return Company.objects.update_or_create(pk=1, defaults={"name": "Nordwind Supplies", "currency": "EUR"})[
        0
    ]


@pytest.fixture
def make_user(db) -> Callable[..., object]:
    """make_user("director") -> a user with that role; the password is always `kamerton-test`."""
    from kamerton.access.models import User

    def make(role: str = "administrator", username: str = "") -> User:
        return User.objects.create_user(username or role, password="kamerton-test", role=role)

    return make


@pytest.fixture
def administrator(make_user):
    return make_user("administrator")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A request leaves its person's language active; the next test begins without one."""
    yield
    translation.deactivate()
