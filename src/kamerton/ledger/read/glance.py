"""A quick look over a big text file: whether it is so plain that DuckDB may read it before it is proved regular.

The survey finds the ends of all cells. A file without quotes needs less: DuckDB refuses a row with too many or
too few cells, and if it gives as many rows as the file has lines, none was passed over and none was blank.
Whatever else is seen (a row refused, another count) sends the reader back to the survey.
"""

from __future__ import annotations

import codecs
from pathlib import Path

import numpy as np

from kamerton.ledger.read.survey import CR, Layout

_CHUNK = 1 << 18  # stays in the cache of a core
_LF = 10


def lines_if_plain(path: Path, layout: Layout) -> int | None:
    """Lines from `layout.start` on, blank ones at the end not counted; None if there is more to the file.

    Plain: UTF-8 without zero bytes and quotes, several columns, all line ends LF or all CR LF.
    """
    if layout.delimiter is None or layout.line_end != _LF:
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    ends = returns = pairs = 0
    last = b""
    buffer, marks = bytearray(_CHUNK), np.empty(_CHUNK, dtype=bool)  # fresh ones cost more than all else
    with path.open("rb", buffering=0) as file:
        file.seek(layout.start)
        while size := file.readinto(buffer):
            chunk = buffer if size == _CHUNK else buffer[:size]
            if 0 in chunk or (layout.quote is not None and layout.quote in chunk):
                return None
            if not _goes_on(decoder, chunk):
                return None
            found = np.frombuffer(chunk, dtype=np.uint8)
            ended = np.equal(found, _LF, out=marks[:size])
            ends += int(np.count_nonzero(ended))
            pairs += last.endswith(b"\r") and chunk.startswith(b"\n")
            if CR in chunk:
                returned = found == CR
                returns += int(np.count_nonzero(returned))
                pairs += int(np.count_nonzero(returned[:-1] & ended[1:]))
            last = (last + chunk[-64:])[-64:]
    if not _ended(decoder) or returns not in {0, ends} or pairs != returns:
        return None
    return ends + (last[-1:] not in {b"\n", b""}) - _blank_at_end(last, "\r\n" if returns else "\n")


def _goes_on(decoder: codecs.IncrementalDecoder, chunk: bytearray) -> bool:
    if chunk.isascii() and decoder.getstate()[0] == b"":
        return True
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _ended(decoder: codecs.IncrementalDecoder) -> bool:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _blank_at_end(tail: bytes, line_end: str) -> int:
    """Blank lines after the last row, of those in sight."""
    kept = tail.rstrip(b"\r\n")
    return max(tail[len(kept) :].count(line_end.encode()) - 1, 0)
