"""Small instruments, written as their authors would write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from kamerton.instruments import format as files
from kamerton.instruments.definition import Definition
from kamerton.instruments.rules import Given

DAY = dt.date(2026, 3, 2)


def words(text: str) -> dict[str, str]:
    return {"en": text, "it": f"{text} (it)", "pl": f"{text} (pl)", "ru": f"{text} (ru)"}


def item(key: str, kind: str = "yes-no", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "text": words(f"Question {key}"), **more}


def section(key: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"key": key, "title": words(f"Section {key}"), "item": list(items), **more}


def result(key: str, start: float, **more: Any) -> dict[str, Any]:
    return {"key": key, "from": start, "title": words(f"Result {key}"), **more}


def tables(*sections: dict[str, Any], method: str = "mean", **more: Any) -> dict[str, Any]:
    """The tables of a file; `scoring` in `more` is added to the method."""
    scoring = {"method": method, **more.pop("scoring", {})}
    return {
        "format": 1,
        "key": "sample",
        "version": 1,
        "about": "none",
        "title": words("Sample"),
        "purpose": words("To see whether it works"),
        "scoring": scoring,
        "section": list(sections) or [section("one", item("a"), item("b"))],
        **more,
    }


def define(*sections: dict[str, Any], **more: Any) -> Definition:
    return files.build(tables(*sections, **more), "sample.toml")


def given(values: Mapping[str, str], *, on: dt.date = DAY, evidence: str = "") -> dict[str, Given]:
    return {key: Given(value, evidence, on) for key, value in values.items()}
