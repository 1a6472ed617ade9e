"""What a file of contacts and accounts is read into. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: What a column may say of a person, and of the company. Several columns may have one role: the first filled counts.
PERSON_ROLES = (
    "name", "first_name", "middle_name", "last_name", "salutation", "post", "function", "email", "phone", "mobile",
    "languages", "territory",
)  # fmt: skip
COMPANY_ROLES = (
    "company", "number", "external_id", "tax_number", "registration_number", "legal_name", "legal_form", "segment",
    "website", "company_email", "company_phone", "country", "street", "postcode", "city", "region", "description",
)  # fmt: skip
ROLES = PERSON_ROLES + COMPANY_ROLES
#: Columns that tell whether a nameless row is a person at all.
NAMES = ("name", "first_name", "last_name")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: the file as the user knows it, and its 1-based line (of a card: its first line)."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    place: Place
    cells: tuple[str, ...]  # in the order of the table's columns


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is not used, and why."""

    place: Place
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One file, or one sheet, or all cards of a file."""

    facts: Mapping[str, object]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the user settled. Empty: found out."""

    mapping: Mapping[str, str] = field(default_factory=dict)  # column name -> role; "" leaves a column out
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One row with its values under their roles, as they stand in the file: role -> (column, value)."""

    place: Place
    values: Mapping[str, tuple[str, str]]
