"""Every figure has a rule, and every rule speaks of settings and figures that exist."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from string import Formatter

import pytest

from kamerton.analytics import model
from kamerton.analytics.definitions import DEFINITIONS, definition_of
from kamerton.analytics.model import Thresholds

#: Parts of the model that name a thing or say how a figure was taken.
NAMES = {
    "AccountFigures": {"account", "name", "group"},
    "Concentration": set(),
    "YearFigures": {"year"},
    "SellerFigures": {"seller"},
    "Amounts": set(),
    "Retention": set(),
    "Totals": set(),
}
FIELDS = [
    f"{name}.{each.name}"
    for name, ignored in NAMES.items()
    for each in fields(getattr(model, name))
    if each.name not in ignored
]


@pytest.mark.parametrize("field", FIELDS)
def test_every_figure_opens_its_rule(field):
    assert definition_of(field).rule


@pytest.mark.parametrize("key", DEFINITIONS)
def test_a_rule_names_only_what_exists(key):
    definition = DEFINITIONS[key]
    settings = {each.name for each in fields(Thresholds)}
    named = {name for _, name, _, _ in Formatter().parse(definition.rule) if name}
    assert named <= set(definition.thresholds) <= settings
    for field in definition.fields:
        kind, name = field.split(".")
        assert name in {each.name for each in fields(getattr(model, kind))}
    assert definition.told(Thresholds()).endswith(".")


def test_every_threshold_belongs_to_a_figure():
    used = {name for definition in DEFINITIONS.values() for name in definition.thresholds}
    assert used == {each.name for each in fields(Thresholds)}


def test_a_rule_is_told_with_todays_settings():
    rules = Thresholds(share_critical=0.25, amount_key=Decimal(500_000))
    assert "strictly above 25 %," in DEFINITIONS["dependency"].told(rules)
    assert "(500000)" in DEFINITIONS["key"].told(rules)
    assert "60 % and 80 %" in DEFINITIONS["key_share"].told(rules)
