"""Arrow columns as NumPy integers, by their buffers.

PyArrow's own `to_numpy`, `array` and `scalar` import pandas where it is installed, half a second of every
start for nothing that is used here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

Ints = npt.NDArray[np.int64]


def integers(column: pa.ChunkedArray | pa.Array, *, null: int = 0) -> Ints:
    """A column of integers, or dates as days since 1970-01-01; `null` stands for NULL."""
    array = whole(column)
    kind = "u" if str(array.type).startswith("uint") else "i"
    values = buffer(array, f"{kind}{array.type.bit_width // 8}").astype(np.int64)
    return np.where(valid(array), values, null) if array.null_count else values


def buffer(array: pa.Array, dtype: str) -> npt.NDArray[Any]:
    """The values of an array without NULLs filled in, not copied."""
    if not len(array):
        return np.zeros(0, dtype=dtype)
    values: npt.NDArray[Any] = np.frombuffer(array.buffers()[1], dtype=dtype)
    return values[array.offset : array.offset + len(array)]


def valid(array: pa.Array) -> npt.NDArray[np.bool_]:
    """True where the array holds a value."""
    bits = array.buffers()[0]
    if bits is None or not array.null_count:
        return np.ones(len(array), dtype=bool)
    flags = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), bitorder="little")
    return flags[array.offset : array.offset + len(array)].astype(bool)


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array instead of chunks."""
    import pyarrow as pa  # noqa: PLC0415

    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.combine_chunks() if column.num_chunks else pa.nulls(0, column.type)
