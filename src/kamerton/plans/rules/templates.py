"""What a template of plans holds, read from its JSON and made of a plan. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """`offset`: days from the beginning of the plan."""

    kind: str
    title: str
    offset: int
    measure: str = ""
    unit: str = ""
    target: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """`after`: places of earlier steps of the template."""

    title: str
    stream: str = "business"
    days: int = 1
    offset: int | None = None
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    interests: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    objectives: tuple[Goal, ...] = ()
    activities: tuple[Step, ...] = ()


def read(told: Mapping[str, Any]) -> Template:
    """Anything may be left out; what waits for a later step waits for nothing."""
    steps = tuple(_step(each, at) for at, each in enumerate(told.get("activities", ())))
    return Template(
        interests=tuple(told.get("interests", ())), ideas=tuple(told.get("ideas", ())),
        objectives=tuple(_goal(each) for each in told.get("objectives", ())), activities=steps,
    )  # fmt: skip


def _step(told: Mapping[str, Any], place: int) -> Step:
    after = tuple(at for at in told.get("after", ()) if 0 <= at < place)
    return Step(
        told["title"], told.get("stream", "business"), int(told.get("days", 1)), told.get("offset"), after
    )


def _goal(told: Mapping[str, Any]) -> Goal:
    target = Decimal(told["target"]) if told.get("target") else None
    return Goal(
        told["kind"],
        told["title"],
        int(told["offset"]),
        told.get("measure", ""),
        told.get("unit", ""),
        target,
    )


def made_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a version keeps: what another account could use. No facts, no people, no money of this one."""
    begin = dt.date.fromisoformat(content["plan"]["starts_on"])
    lines = [row for row in content["lines"] if row["secrecy"] < 2 and not row["fact"] and not row["need"]]
    steps = _in_order([row for row in content["activities"] if row["secrecy"] < 2])
    places = {row["id"]: at for at, row in enumerate(steps)}
    return {
        "interests": [row["text"] for row in lines if row["kind"] == "interest"],
        "ideas": [row["text"] for row in lines if row["kind"] == "idea"],
        "objectives": [_kept_goal(row, begin) for row in content["objectives"] if _travels(row)],
        "activities": [
            {"title": row["title"], "stream": row["stream"], "days": row["days"],
             "offset": _days(begin, row["planned_on"]),
             "after": [places[key] for key in row["after"] if key in places]}
            for row in steps
        ],
    }  # fmt: skip


def _travels(row: Mapping[str, Any]) -> bool:
    """Money of one account is no goal of another."""
    return row["secrecy"] < 2 and row["measure"] not in ("turnover", "income")


def _kept_goal(row: Mapping[str, Any], begin: dt.date) -> dict[str, Any]:
    told = {name: row[name] for name in ("kind", "title", "measure", "unit", "target")}
    return told | {"offset": _days(begin, row["due_on"])}


def _days(begin: dt.date, day: str | None) -> int | None:
    return (dt.date.fromisoformat(day) - begin).days if day else None


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What comes first stands first; a plan has no circles."""
    keys, done, ordered = {row["id"] for row in rows}, set[int](), list[dict[str, Any]]()
    while len(ordered) < len(rows):
        ready = [
            r for r in rows if r["id"] not in done and all(k in done or k not in keys for k in r["after"])
        ]
        if not ready:
            return rows
        ordered += ready
        done |= {row["id"] for row in ready}
    return ordered
