"""Roles found from header names and values."""

from __future__ import annotations

import pytest

from kamerton.core.refused import Refused
from kamerton.ledger.read.roles import assign_roles, shape_of
from tests.ledger.header_rows import ROWS, columns_of, profile, roles_of


@pytest.mark.parametrize("source", ROWS)
def test_columns_get_the_roles_a_person_would_give(source: str) -> None:
    columns, roles = ROWS[source]
    found = assign_roles(columns_of(columns), {})
    assert {role: name.strip() for role, name in found.mapping.items()} == roles_of(roles)
    assert found.missing == ()
    assert found.doubts == ()
