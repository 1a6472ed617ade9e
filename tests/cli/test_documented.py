"""Every option and every key is documented."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kamerton.analytics.lines import ROLES
from kamerton.cli.options import _parser
from kamerton.cli.reports.json_report import write_json
from tests.cli.factories import distributor

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_option_of_analyse_is_in_its_guide() -> None:
    guide = (DOCS / "how-to" / "analyse-an-export.md").read_text(encoding="utf-8")
    options = {
        name for action in _parser()._actions for name in action.option_strings if name.startswith("--")
    }
    assert {name for name in options - {"--help"} if not re.search(rf"`{name}\b", guide)} == set()
    assert [role for role in ROLES if role not in guide] == []


def test_every_key_of_the_contract_is_in_its_page() -> None:
    page = (DOCS / "analysis-json.md").read_text(encoding="utf-8")
    document = json.loads(write_json(distributor()))
    keys = set(document) | set(document["rows"]) | set(document["totals"]) | set(document["years"][0])
    keys |= (
        set(document["accounts"][0]) | set(document["concentration"]["window"]) | set(document["retention"])
    )
    keys |= set(document["sellers"][0]) | set(document["refused"][0])
    assert {key for key in keys if f"`{key}`" not in page} == set()
