"""Opening the ledger: the lines that count, as one table.

DuckDB over the batches' Parquet files. What callers get is an Ibis table with the columns of
analytics.lines.COLUMNS, so another engine can stand in its place.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from kamerton.ledger import aliases, store
from kamerton.ledger.models import LedgerVersion

if TYPE_CHECKING:
    import ibis
    from ibis.backends.duckdb import Backend


@contextmanager
def open_ledger(
    version: LedgerVersion | None = None, *, with_batch: bool = False
) -> Iterator[tuple[Backend, ibis.Table]]:
    """(connection, lines) of `version`, by default the newest; closed at the end of the block.

    Memory is bounded by LEDGER_MEMORY_BYTES. `with_batch` adds a column `batch`, the content hash of the
    import that brought the line, at the price of reading it for every row.
    """
    from kamerton.analytics.engine import open_parquet  # noqa: PLC0415 - Ibis takes half a second

    version = version or LedgerVersion.objects.first()
    paths = [store.batch_path(content_hash) for content_hash in (version.batches if version else [])]
    hidden = store.masks_path(version)
    store.spill_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=store.spill_folder()) as spill:
        connection, lines = open_parquet(
            paths, memory_bytes=settings.LEDGER_MEMORY_BYTES, temp_dir=Path(spill)
        )
        try:
            if paths and (with_batch or hidden):
                lines = _with_batch(connection, paths, hidden)
            lines = lines if with_batch or not hidden else lines.drop("batch")
            yield connection, aliases.told(lines, version.aliases if version else [])
        finally:
            connection.disconnect()


def _with_batch(connection: Backend, paths: Sequence[Path], hidden: Path | None) -> ibis.Table:
    """The lines with the batch that each came from, less those that a later batch brought again."""
    lines = connection.read_parquet([str(path) for path in paths], filename=True)
    name_starts = len(str(paths[0].parent)) + 1
    batch = lines.filename.substr(name_starts, 64).name("batch")
    lines = lines.mutate(batch).drop("filename")
    if hidden is None:
        return lines
    masks = connection.read_parquet(str(hidden))
    same = [
        lines.batch == masks.batch,
        lines.document == masks.document,
        lines.date.year().cast("int32") == masks.year,
    ]
    return lines.anti_join(masks, same)
