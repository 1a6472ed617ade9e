"""The whole of a list as a file: every row that the address finds, with the columns that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kamerton.access import secrets
from kamerton.access.secrecy import Secrecy
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.web import exports
from kamerton.web.gates import View, gate
from kamerton.web.lists.address import Here, Instead, here, selected
from kamerton.web.lists.description import ListPage, Rows

_CHUNK = 2000


def view(page: ListPage) -> View:
    @gate("export", page.right)
    @require_GET
    def export(request: HttpRequest, kind: str, **kwargs: Any) -> HttpResponseBase:
        if kind not in exports.KINDS and kind not in page.other_files:
            raise Http404
        try:
            seen = here(page, request, request.GET, kwargs)
        except Instead as other:
            raise Refused(_("There is nothing to take out yet.")) from other
        rows = selected(seen)
        secret = bool(page.secret and page.secret(rows))
        _write_down(seen, kind, rows, secret=secret)
        if secret:
            _read_secrets(seen, rows)
        if kind in page.other_files:
            return page.other_files[kind](rows.iterator(chunk_size=_CHUNK), _file_name(seen))
        names = list(dict.fromkeys([*page.file_columns, *seen.want.shown]))
        heads = [str(page.columns[name].label) for name in names]
        return exports.answer(
            kind,
            _file_name(seen),
            heads,
            _lines(seen, rows, names),
            mark=secrets.watermark(seen.actor, seen.now) if secret else "",
        )

    return export


def _lines(seen: Here, rows: Rows, names: Sequence[str]) -> Iterator[Sequence[object]]:
    """Read in chunks, so that a file of any length needs little memory."""
    fields = [seen.page.columns[name] for name in names]
    gathers = seen.page.gather if any(each.in_file for each in fields) else None
    coming = rows.iterator(chunk_size=_CHUNK)
    while chunk := list(islice(coming, _CHUNK)):
        known = replace(seen, gathered=gathers(chunk, seen)) if gathers else seen
        for row in chunk:
            yield [each.in_file(row, known) if each.in_file else each.plain(row) for each in fields]


@transaction.atomic
def _write_down(seen: Here, kind: str, rows: Rows, *, secret: bool) -> None:
    """Every export is in the audit trail: who, which list, what was asked, how many rows."""
    told: dict[str, Any] = {"kind": kind, "query": seen.query, "rows": rows.count()}
    if seen.kwargs:
        told["of"] = {name: str(value) for name, value in seen.kwargs.items()}
    if secret:
        told["secret"] = True
    audit.record(
        actor=seen.actor, action=f"{seen.page.name}.export", subject=seen.actor, now=seen.now, after=told
    )


def _read_secrets(seen: Here, rows: Rows) -> None:
    """What is taken out is read: the secret rows are named in the trail."""
    path = getattr(rows.model, "secrecy_path", "")
    if path:
        secrets.reading(seen.actor, rows.filter(**{f"{path}__gte": Secrecy.SECRET}), seen.now)


def _file_name(seen: Here) -> str:
    return seen.page.file_name(seen) if seen.page.file_name else f"{seen.page.name}-{seen.today:%Y-%m-%d}"
