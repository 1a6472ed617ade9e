"""Money is exact: in arithmetic, in the column, in sums on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from kamerton.core.money import MINOR_LIMIT, MinorUnitsField, Money, ScaledIntegerField, to_cents
from kamerton.ledger.models import Rate
from kamerton.portfolio.models import Profile


@pytest.mark.parametrize(
    ("exact", "cents"),
    [
        ("1.005", "1.00"),
        ("1.015", "1.02"),
        ("-1.005", "-1.00"),
        ("2", "2.00"),
        ("999999999999999.995", "1000000000000000.00"),
    ],
)
def test_rounding_is_half_to_even(exact, cents):
    assert str(to_cents(Decimal(exact))) == cents


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_amount(bad):
    with pytest.raises(ValueError, match="is not an amount"):
        to_cents(Decimal(bad))


@given(st.integers(-(10**16), 10**16), st.integers(-(10**16), 10**16))
def test_arithmetic_is_that_of_whole_cents(one, other):
    first, second = Money.of_minor(one, "EUR"), Money.of_minor(other, "EUR")
    assert (first + second).minor == one + other
    assert (first - second).minor == one - other
    assert (-first).minor == -one
    assert (first < second) is (one < other)
    assert (first <= second) is (one <= other)


def test_currencies_do_not_mix():
    for mix in (Money.__add__, Money.__sub__, Money.__lt__):
        with pytest.raises(ValueError, match="EUR and USD do not add"):
            mix(Money.of_minor(1, "EUR"), Money.of_minor(1, "USD"))


def test_money_is_exact_to_the_cent():
    with pytest.raises(ValueError, match="not exact to the cent"):
        Money(Decimal("1.001"), "EUR")
    assert str(Money(Decimal("1.5"), "EUR")) == "1.50 EUR"


@given(st.decimals(-(10**14), 10**14, places=2))
def test_the_column_gives_back_what_it_got(amount):
    field = MinorUnitsField()
    assert field.from_db_value(field.get_prep_value(amount), None, None) == amount


def test_the_column_refuses_floats_and_what_does_not_fit():
    field = MinorUnitsField()
    with pytest.raises(TypeError, match="never a float"):
        field.get_prep_value(1.5)
    with pytest.raises(OverflowError):
        field.get_prep_value(Decimal(MINOR_LIMIT))
    with pytest.raises(ValidationError):
        field.to_python("ten")


@pytest.mark.django_db
def test_sums_and_comparisons_are_exact_in_the_database(now):
    for day, rate in enumerate(["0.1", "0.2", "363.7497980001"], start=1):
        Rate.objects.create(currency="USD", date=now.date().replace(day=day), rate=Decimal(rate))
    assert Rate.objects.aggregate(total=Sum("rate"))["total"] == Decimal("364.0497980001")
    assert Rate.objects.filter(rate__gt=Decimal("0.1")).count() == 2
    assert Rate.objects.get(rate=Decimal("363.7497980001")).rate == Decimal("363.7497980001")


@pytest.mark.django_db
def test_an_amount_may_be_missing():
    profile = Profile.objects.create(pk=1, amount_key=None)
    profile.refresh_from_db()
    assert profile.amount_key is None
    profile.amount_key = Decimal(5000000)
    profile.save()
    profile.refresh_from_db()
    assert profile.amount_key == Decimal("5000000.00")


def test_a_migration_can_rebuild_the_columns():
    for field in (MinorUnitsField(null=True), ScaledIntegerField(places=10)):
        _name, path, args, kwargs = field.deconstruct()
        again = type(field)(*args, **kwargs)
        assert (path.rsplit(".")[-1], again.places, again.null) == (
            type(field).__name__,
            field.places,
            field.null,
        )
