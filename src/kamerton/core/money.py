"""Money: an amount exact to the cent in a named currency, and the columns that keep it exact.

A decimal column on SQLite is a float (a sum came out as ...363.749798), so records hold whole hundredths.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")
#: The largest number of hundredths that a BIGINT holds.
MINOR_LIMIT = 2**63 - 1
_ROOMY = Context(prec=60)  # more digits than any sum of BIGINTs


def to_cents(amount: Decimal | int) -> Decimal:
    """`amount` rounded to the cent, half to even, whatever its size. Raises ValueError for no number."""
    value = Decimal(amount)
    if not value.is_finite():
        raise ValueError(f"{amount} is not an amount.")
    with localcontext(prec=60):
        return value.quantize(CENT, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount exact to the cent. Arithmetic needs one currency; nothing converts by itself."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if to_cents(self.amount) != self.amount:
            raise ValueError(f"{self.amount} is not exact to the cent.")

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Money:
        """`minor` hundredths."""
        return cls(Decimal(minor).scaleb(-2), currency)

    @property
    def minor(self) -> int:
        return int(to_cents(self.amount).scaleb(2))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(
                f"{self.currency} and {other.currency} do not add: convert with a dated rate first."
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __str__(self) -> str:
        return f"{to_cents(self.amount)} {self.currency}"


if TYPE_CHECKING:
    _WholeField = models.BigIntegerField[Any, Any]
else:
    _WholeField = models.BigIntegerField


class ScaledIntegerField(_WholeField):
    """A Decimal with `places` decimals, stored as a whole number: exact and summable on every database."""

    if TYPE_CHECKING:  # what the checker of models takes and gives
        _pyi_private_set_type: Decimal | int | models.expressions.Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Any

    def __init__(self, *args: Any, places: int, **kwargs: Any) -> None:
        self.places = places
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "places": self.places}

    def _decimal(self, value: int | Decimal) -> Decimal:
        if isinstance(value, int):  # every figure of every row of a list comes this way
            return _ROOMY.scaleb(Decimal(value), -self.places)
        with localcontext(prec=60):
            return Decimal(value).scaleb(-self.places).quantize(Decimal(1).scaleb(-self.places))

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> Decimal | None:
        """Sums come back as int (SQLite) or Decimal (PostgreSQL): both are whole units here."""
        return None if value is None else self._decimal(value)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except ArithmeticError:
            raise ValidationError(_("Enter an amount."), code="invalid") from None

    def get_prep_value(self, value: Any) -> int | None:
        """Whole units; Decimals are rounded half to even, floats are refused."""
        if value is None or hasattr(value, "resolve_expression"):
            return value  # type: ignore[no-any-return]
        if isinstance(value, float):
            raise TypeError("Money is never a float: pass a Decimal.")
        with localcontext(prec=60):
            units = int(Decimal(value).scaleb(self.places).to_integral_value(rounding=ROUND_HALF_EVEN))
        if abs(units) > MINOR_LIMIT:
            raise OverflowError(f"{value} is too large to store.")
        return units

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)


class MinorUnitsField(ScaledIntegerField):
    """An amount exact to the cent, in its row's currency; Decimal in Python, hundredths in the table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "places": 2})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("places")
        return name, path, args, kwargs
