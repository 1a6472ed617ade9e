"""A study as it is shown to the user."""

from __future__ import annotations

from kamerton.ledger.read.forms import shown_form
from kamerton.ledger.read.model import ColumnFound, Inspection, Unreadable
from kamerton.ledger.read.role_words import ROLE_WORDS
from kamerton.ledger.read.roles import shape_of
from kamerton.ledger.read.study import Study
from kamerton.said import Said, listed

_FIRST_ROWS = 20


def inspection_of(study: Study) -> Inspection:
    """Columns in the order of the files; the first rows are those of the first table."""
    first = study.tables[0]
    role_of = {name: role for role, name in study.roles.mapping.items()}
    forms = _forms(study)
    columns = tuple(
        ColumnFound(
            name=column.name,
            role=role_of.get(column.name),
            confidence=study.roles.confidence.get(role_of.get(column.name, ""), 0.0),
            kind=column.kind,
            form=forms.get(column.name.casefold()),
            samples=column.samples,
        )
        for column in study.profiles
    )
    return Inspection(
        files=tuple(table.file for table in study.tables),
        columns=columns,
        mapping=dict(study.roles.mapping),
        missing=study.roles.missing,
        doubts=study.doubts,
        first_rows=study.first_rows[:_FIRST_ROWS],
        shape=shape_of(first.names),
        notes=study.notes,
    )


def _forms(study: Study) -> dict[str, str]:
    """Column name, folded -> how it is written."""
    found: dict[str, str] = {}
    for each in study.groups:
        for role, form in [*each.forms.numbers.items(), ("date", each.forms.date)]:
            shown = shown_form(form)
            if shown is not None:
                found.setdefault(each.plan.names[role].casefold(), shown)
    return found


def missing_roles(study: Study) -> Unreadable:
    """The refusal of files that lack what every sale has."""
    names = ", ".join(column.name for column in study.profiles[:60])
    hints = " ".join(f"--map {role}=..." for role in study.roles.missing)
    return Unreadable(
        Said(
            "No column could be recognised as {missing}. Columns: {names}. Nothing was read.",
            missing=listed([ROLE_WORDS[role] for role in study.roles.missing]),
            names=names,
        ),
        code="missing_roles",
        hint=Said("Name it with {hints} (or quantity and unit_price).", hints=hints)
        if "amount" in study.roles.missing
        else Said("Name it with {hints}.", hints=hints),
    )
