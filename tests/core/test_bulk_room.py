"""More memory for what is written at once, and the usual afterwards."""

from __future__ import annotations

import pytest
from django.db import connection

from kamerton.core import bulk

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the pages of SQLite's own memory"),
]


def pages() -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA cache_size").fetchone()[0])


def test_there_is_room_inside_alone():
    usual = pages()
    with bulk.roomy():
        assert pages() == -65_536
    assert pages() == usual


def test_what_goes_wrong_inside_is_told_as_it_was():
    usual = pages()
    with pytest.raises(ZeroDivisionError), bulk.roomy():
        raise ZeroDivisionError
    assert pages() == usual
