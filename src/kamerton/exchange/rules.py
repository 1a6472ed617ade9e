"""Answers and results as JSON, and what they add up to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kamerton.exchange.matching import ContactRow
from kamerton.exchange.planning import Answers, Outcome, Planned
from kamerton.exchange.read.model import ROLES, Settled
from kamerton.said import to_plain

#: How many rows of each kind a page can show; the report has them all.
SHOWN = 200
PERSON_ANSWERS = ("same", "another", "skip")

COUNTS = (
    "contacts_added", "contacts_filled", "accounts_added", "accounts_filled", "same", "doubles", "refused", "conflicts",
)  # fmt: skip


def settled(told: Mapping[str, Any]) -> Settled:
    return Settled(mapping=told.get("mapping", {}), sheet=told.get("sheet") or None)


def answers(told: Mapping[str, Any]) -> Answers:
    return Answers(
        add_companies=bool(told.get("add_companies")),
        system=told.get("system") or "crm",
        people=told.get("people", {}),
        companies=told.get("companies", {}),
        doubles=told.get("doubles", "skip"),
    )


def with_answers(before: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The maps merged, the rest replaced; what has no meaning is left out."""
    made = dict(before)
    for name in ("add_companies", "system", "sheet", "doubles"):
        if name in new:
            made[name] = new[name]
    if "system" in made:
        made["system"] = " ".join(str(made["system"]).casefold().split())[:40]
    if made.get("system") in {"", "ledger"}:
        made.pop("system")
    if "mapping" in new:
        known = {column: role for column, role in new["mapping"].items() if role == "" or role in ROLES}
        made["mapping"] = {**before.get("mapping", {}), **known}
    for name in ("people", "companies"):
        if name in new:
            clean = {key: answer for key, answer in new[name].items() if answer in PERSON_ANSWERS}
            made[name] = {**before.get(name, {}), **clean}
    return made


def counted(planned: Planned) -> Counter[str]:
    """By COUNTS. Rows: each row is one of contacts_added ... refused, or adds no more than an account."""
    found: Counter[str] = Counter()
    for each in planned.outcomes:
        found["rows"] += 1
        found[f"rows_{each.kind}"] += 1
        found["conflicts"] += len(each.conflicts)
    found["contacts_added"] = len(planned.new_contacts)
    found["contacts_filled"] = len(planned.contact_fills)
    found["accounts_added"] = len(planned.new_accounts)
    changed = {*planned.account_fills, *planned.addresses, *(row for row, _system, _value in planned.new_ids)}
    found["accounts_filled"] = len(changed - set(planned.new_accounts))
    found["same"], found["doubles"], found["refused"] = (
        found[f"rows_{kind}"] for kind in ("same", "double", "refused")
    )
    return found


def question(outcome: Outcome) -> dict[str, Any]:
    """What a person has to say, ready for a page."""
    told: dict[str, Any] = {
        "key": outcome.key, "about": outcome.question, "file": outcome.place.file, "line": outcome.place.line,
        "name": outcome.name, "why": outcome.why, "account": outcome.account.name if outcome.account else "",
        "account_number": outcome.account.number if outcome.account else "",
    }  # fmt: skip
    if outcome.contact is not None:
        told["there"] = _described(outcome.contact)
        told["there_account"] = outcome.contact.account.name
    return told


def _described(contact: ContactRow) -> str:
    parts = [str(contact.values.get(name, "")) for name in ("name", "post", "email", "phone", "mobile")]
    return ", ".join(part for part in parts if part)


def row(outcome: Outcome) -> dict[str, Any]:
    """One row of the dry run, ready for a page."""
    return {
        "file": outcome.place.file, "line": outcome.place.line, "name": outcome.name,
        "account": outcome.account.name if outcome.account else "", "adds_account": outcome.adds_account,
        "fields": [*outcome.fills, *(f"account {name}" for name in outcome.fills_account)],
    }  # fmt: skip


def conflicts(outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {
            "file": outcome.place.file, "line": outcome.place.line, "name": outcome.name or row(outcome)["account"],
            "field": each.field, "column": outcome.columns.get(each.field, ""), "value": each.value, "kept": each.kept,
        }
        for each in outcome.conflicts
    ]  # fmt: skip


def refused(outcome: Outcome) -> dict[str, Any] | None:
    fault = outcome.fault
    if fault is None:
        return None
    return {
        "file": fault.place.file, "line": fault.place.line, "column": fault.column, "value": fault.value,
        "reason": to_plain(fault.reason),
    }  # fmt: skip


REPORT_HEADS = ("file", "line", "result", "account", "contact", "column", "value", "kept", "reason")


def report_rows(outcome: Outcome) -> Iterable[tuple[object, ...]]:
    """The lines of the report that tell of one row: one, and one for each conflict."""
    place = (outcome.place.file, outcome.place.line)
    account = outcome.account.name if outcome.account else ""
    if outcome.fault is not None:
        fault = outcome.fault
        yield (*place, "refused", "", outcome.name, fault.column, fault.value, "", str(fault.reason))
        return
    note = {"double": f"perhaps {_described(outcome.contact)}" if outcome.contact else f"perhaps {account}"}
    filled = ", ".join(row(outcome)["fields"])
    yield (*place, _results(outcome), account, outcome.name, filled, "", "", note.get(outcome.kind, ""))
    for each in outcome.conflicts:
        column = outcome.columns.get(each.field, each.field)
        yield (
            *place,
            "kept",
            account,
            outcome.name,
            column,
            each.value,
            each.kept,
            "the value that was there is kept",
        )


def _results(outcome: Outcome) -> str:
    words = {"add": "added", "fill": "filled in", "same": "there already", "double": "perhaps a double"}
    return words[outcome.kind] + (", account added" if outcome.adds_account and outcome.name else "")
