"""The ledger follows the accounts: whose lines count under which number, and in which group.

Lines are never rewritten. A version says what is told otherwise; opening the ledger tells it (engine).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from kamerton.access.models import User
from kamerton.ledger import changes, rules, store
from kamerton.ledger.models import LedgerVersion

if TYPE_CHECKING:
    import ibis


@transaction.atomic
def follow(*, actor: User, now: dt.datetime) -> LedgerVersion | None:
    """Registered with accounts: the next version, where what is told has changed; figures follow on commit."""
    company = store.lock()
    version = LedgerVersion.objects.first()
    retold = store.aliases()
    if version is None or version.aliases == retold:
        return None
    made = LedgerVersion.objects.create(
        number=version.number + 1,
        digest=rules.version_digest(version.batches, company.currency, retold),
        batches=version.batches,
        aliases=retold,
        masks_name=version.masks_name,
        masked_lines=version.masked_lines,
        reason="accounts merged, parted or regrouped",
        created_at=now,
        created_by=actor,
    )
    transaction.on_commit(lambda: changes.tell(actor=actor, version=made, now=now))
    return made


def told(lines: ibis.Table, aliases: list[list[str | None]]) -> ibis.Table:
    """`lines` with account, name and group as the aliases tell them; other columns and amounts as they are."""
    import ibis  # noqa: PLC0415 - half a second
    import pyarrow as pa  # noqa: PLC0415

    if not aliases:
        return lines
    names = ["alias_of", "alias_to", "alias_name", "alias_group"]
    columns = [pa.array(column, pa.string()) for column in zip(*aliases, strict=True)]
    known = ibis.memtable(pa.table(dict(zip(names, columns, strict=True))))
    joined = lines.left_join(known, lines.account == known.alias_of)
    is_told = joined.alias_of.notnull()
    return joined.mutate(
        account=ibis.coalesce(joined.alias_to, joined.account),
        account_name=ibis.coalesce(joined.alias_name, joined.account_name),
        group=is_told.ifelse(joined.alias_group.nullif(""), joined.group),
    ).select(*lines.columns)
