"""Reading sales exports: any file in, canonical lines and a full account of what was refused out. No Django."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamerton.ledger.read.reading import connect, inspect, read, read_table

__all__ = ["connect", "inspect", "read", "read_table"]


def __getattr__(name: str) -> Any:
    """The entry points load DuckDB; whoever only needs the words of `model` does not."""
    if name in __all__:
        from kamerton.ledger.read import reading  # noqa: PLC0415

        return getattr(reading, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
