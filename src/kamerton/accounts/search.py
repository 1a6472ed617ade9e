"""Finding accounts, contacts, facts, notes and needs by their words, in any script, by the beginnings of words.

Rows index themselves as they are saved and deleted, in the transaction that does it (signals below), whichever
action it is; what writes many rows past the signals calls `index_many`. Hits are asked for through policy.scope:
what somebody may not see is neither found nor counted. Personal notes are not indexed at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.db.models.signals import post_delete, post_save

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import search_index
from kamerton.accounts.models import Account, Contact, Fact, Need, Note
from kamerton.accounts.models.search import SearchEntry
from kamerton.core import bulk, folding

_VIEW = "accounts.view"
#: Longer words are cut, and of a longer text the rest is not searched: limits of PostgreSQL's vectors.
_WORD_LENGTH = 60
_MOST_WORDS = 20_000
#: Of a query, so many words count.
_QUERY_WORDS = 8
_CHUNK = 2000
_COLUMNS = ("kind", "row", "name", "body", "weight")
#: So many rows that have the words are looked at one by one.
_FEW = 500


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of row that is found. `rows`: those that are; `name`, `body`: their words; `weight`: less is better.

    `fields`: what must change for a saved row to be indexed anew; empty: anything.
    """

    key: str
    model: type[Model]
    rows: Callable[[], QuerySet[Any]]
    name: Callable[[Any], Sequence[str]]
    body: Callable[[Any], Sequence[str]]
    weight: Callable[[Any], int]
    fields: frozenset[str] = frozenset()
    right: str = _VIEW  # without it nothing of the kind is found


def _length(row: Any) -> int:
    """The shorter the name, the more of it is what was typed."""
    return len(row.name)


def _newest_first(day: dt.date) -> int:
    return -day.toordinal()


_ACCOUNT_FIELDS = (
    "name", "number", "legal_name", "ledger_name", "ledger_group", "registration_number", "tax_number", "website",
    "email", "phone", "description",
)  # fmt: skip
_CONTACT_FIELDS = ("name", "post", "email", "phone", "mobile", "territory")

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            key="account",
            model=Account,
            rows=lambda: Account.objects.filter(merged_into=None),
            name=lambda row: (row.name, row.number),
            body=lambda row: [getattr(row, name) for name in _ACCOUNT_FIELDS[2:]],
            weight=_length,
            fields=frozenset({*_ACCOUNT_FIELDS, "merged_into"}),
        ),
        Kind(
            key="contact",
            model=Contact,
            rows=lambda: Contact.objects.filter(erased_at=None),
            name=lambda row: (row.name,),
            body=lambda row: [getattr(row, name) for name in _CONTACT_FIELDS[1:]],
            weight=_length,
            fields=frozenset({*_CONTACT_FIELDS, "erased_at"}),
        ),
        Kind(
            key="fact",
            model=Fact,
            rows=lambda: Fact.objects.filter(superseded_by=None, withdrawn_at=None),
            name=lambda _row: (),
            body=lambda row: (row.statement, row.source),
            weight=lambda row: _newest_first(row.dated),
        ),
        Kind(
            key="need",
            model=Need,
            rows=Need.objects.all,
            name=lambda row: (row.what,),
            body=lambda row: (row.answer, row.family, row.source),
            weight=lambda row: _newest_first(row.raised_on),
        ),
        Kind(
            key="note",
            model=Note,
            rows=Note.objects.all,
            name=lambda row: (row.title,),
            body=lambda row: (row.text,),
            weight=lambda row: _newest_first(row.on),
        ),
    )
}
_KIND_OF = {kind.model: kind for kind in KINDS.values()}


def register(kind: Kind) -> None:
    """A room above has something to be found, too: rows with an `account`. Called in its apps.ready."""
    KINDS[kind.key] = kind
    _KIND_OF[kind.model] = kind
    _follow(kind)


# --- writing ---------------------------------------------------------------------------------------------


def index(row: Model) -> None:
    """Bring the index up to what `row` says now; one query to write, and one where it might be out of it."""
    kind = _KIND_OF[type(row)]
    if not _is_found(kind, row):
        remove(row)
        return
    SearchEntry.objects.bulk_create(
        [SearchEntry(**dict(zip(_COLUMNS, _entry(kind, row), strict=True)))],
        update_conflicts=True,
        unique_fields=["row", "kind"],
        update_fields=["name", "body", "weight"],
    )


def remove(row: Model) -> None:
    SearchEntry.objects.filter(kind=_KIND_OF[type(row)].key, row=row.pk).delete()


@transaction.atomic
def index_many(kind: str, numbers: Collection[int] | None = None) -> int:
    """For what was written past the signals: these rows, or all of the kind; how many are indexed now."""
    told, rows = KINDS[kind], KINDS[kind].rows()
    old = SearchEntry.objects.filter(kind=kind)
    if numbers is not None:
        rows, old = rows.filter(pk__in=numbers), old.filter(row__in=numbers)
    old._raw_delete(old.db)  # noqa: SLF001 - no row depends on them
    if told.fields:
        rows = rows.only(*told.fields)
    return _insert(told, rows.order_by("pk").iterator(chunk_size=_CHUNK))


def index_rows(kind: str, rows: Sequence[Any], *, new: bool = False) -> None:
    """As `index_many`, of rows that are at hand as they were written: nothing is read. `new`: they are not indexed yet.

    Of new ones anything with the attributes that are indexed will do.
    """
    if not new:
        rows = [row for row in rows if _is_found(KINDS[kind], row)]
        old = SearchEntry.objects.filter(kind=kind, row__in=[row.pk for row in rows])
        old._raw_delete(old.db)  # noqa: SLF001
    _insert(KINDS[kind], rows)


def _insert(kind: Kind, rows: Iterable[Any]) -> int:
    entries = [_entry(kind, row) for row in rows]
    bulk.insert(SearchEntry, _COLUMNS, entries)
    return len(entries)


def rebuild() -> dict[str, int]:
    """The whole index anew: {kind: rows}. Each kind in a transaction of its own; searches go on meanwhile."""
    search_index.ensure()
    return {kind: index_many(kind) for kind in KINDS}


def after_migration(**_signal: Any) -> None:
    """Make the index, and fill it where there are rows that came before it."""
    search_index.ensure()
    if not SearchEntry.objects.exists() and Account.objects.exists():
        rebuild()


def _is_found(kind: Kind, row: Any) -> bool:
    """Without asking the database: the conditions of `rows`, of the row at hand."""
    match kind.key:
        case "account":
            return row.merged_into_id is None
        case "contact":
            return row.erased_at is None
        case "fact":
            return row.superseded_by_id is None and row.withdrawn_at is None
    return True


def _entry(kind: Kind, row: Any) -> tuple[str, int, str, str, int]:
    """The values of _COLUMNS. The body leaves out what the name says already: each word has five entries to write."""
    name, body = _words(kind.name(row)), _words(kind.body(row))
    rest = [word for word in body if word not in name]
    return (kind.key, row.pk, " ".join(name), " ".join(rest), kind.weight(row))


def _words(parts: Iterable[str]) -> dict[str, None]:
    found = folding.words(" ".join(parts))[:_MOST_WORDS]
    return dict.fromkeys(word[:_WORD_LENGTH] for word in found)


def _saved(
    sender: type[Model], instance: Model, update_fields: Collection[str] | None = None, **_signal: Any
) -> None:
    fields = _KIND_OF[sender].fields
    if update_fields is None or not fields or fields & set(update_fields):
        index(instance)


def _deleted(sender: type[Model], instance: Model, **_signal: Any) -> None:  # noqa: ARG001 - Django's signature
    remove(instance)


def follow() -> None:
    """Called once, when the models are ready."""
    for kind in KINDS.values():
        _follow(kind)


def _follow(kind: Kind) -> None:
    post_save.connect(_saved, sender=kind.model, dispatch_uid=f"accounts.search.{kind.key}")
    post_delete.connect(_deleted, sender=kind.model, dispatch_uid=f"accounts.search.{kind.key}")


# --- finding ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind: the rows, best first, and whether there are more."""

    kind: str
    rows: tuple[Any, ...]
    more: bool


def asked(words: str) -> tuple[str, ...]:
    """The folded words of a query; one letter alone asks for nothing."""
    found = tuple(dict.fromkeys(word[:_WORD_LENGTH] for word in folding.words(words)[:_QUERY_WORDS]))
    return found if sum(map(len, found)) > 1 else ()


def find(
    actor: User, words: str, *, kinds: Collection[str] | None = None, limit: int = 10
) -> tuple[Found, ...]:
    """The rows in which each word begins a word, of each kind at most `limit`: those that `actor` may see.

    Whoever is called so comes first. One query for the words and one for each kind that has them; where they are
    very common, one more for each kind and two for all. Besides those of the policy.
    """
    told = asked(words)
    wanted = [each for each in KINDS.values() if kinds is None or each.key in kinds]
    kinds = [each.key for each in wanted if policy.can(actor, each.right)]
    if not told or not kinds or not policy.can(actor, _VIEW):
        return ()
    candidates = _candidates(told, kinds)
    if candidates is None:
        candidates = _best_of_many(told, [KINDS[kind] for kind in KINDS if kind in kinds], actor, limit)
    found = (_among(KINDS[kind], actor, candidates[kind], limit) for kind in KINDS if candidates.get(kind))
    return tuple(each for each in found if each.rows)


def _candidates(words: Sequence[str], kinds: Collection[str]) -> dict[str, list[int]] | None:
    """Whatever has the words, best first, seen or not; None where that is more than is worth looking at."""
    entries = SearchEntry.objects.filter(pk__in=search_index.matching(words, most=_FEW + 1))
    rows = list(entries.values_list("kind", "name", "weight", "row"))
    if len(rows) > _FEW:
        return None
    found: dict[str, list[int]] = {}
    for kind, _place, _weight, row in sorted((kind, _place_of(words, name), weight, row)
                                             for kind, name, weight, row in rows if kind in kinds):  # fmt: skip
        found.setdefault(kind, []).append(row)
    return found


def _place_of(words: Sequence[str], name: str) -> int:
    """0 where every word begins a word of the name."""
    named = name.split()
    return 0 if all(any(each.startswith(word) for each in named) for word in words) else 1


def _best_of_many(
    words: Sequence[str], kinds: Sequence[Kind], actor: User, limit: int
) -> dict[str, list[int]]:
    """The first `limit` and one more of each kind within reach: who is called so, then, where room is left, others."""
    near = {kind.key: _near(kind, actor) for kind in kinds}
    found = _first(words, near, limit + 1, name_only=True)
    unfilled = {key: near[key] for key, rows in found.items() if len(rows) <= limit}
    if unfilled:
        for key, rows in _first(words, unfilled, 2 * (limit + 1), name_only=False).items():
            named = set(found[key])
            found[key] += [row for row in rows if row not in named]
    return found


def _near(kind: Kind, actor: User) -> Q:
    """The entries of what is within reach: by their numbers where those are few, else looked up row by row."""
    reach = policy.scope(kind.rows(), actor, kind.right).order_by()
    numbers = list(reach.values_list("pk", flat=True)[: _FEW + 1])
    if len(numbers) <= _FEW:
        return Q(kind=kind.key, row__in=numbers)
    return Q(Exists(reach.filter(pk=OuterRef("row"))), kind=kind.key)


def _first(
    words: Sequence[str], near: Mapping[str, Q], most: int, *, name_only: bool
) -> dict[str, list[int]]:
    """One query for all kinds: the words are looked up once, whatever the number of kinds."""
    wanted = Q()
    for each in near.values():
        wanted |= each
    entries = SearchEntry.objects.filter(wanted, pk__in=search_index.matching(words, name_only=name_only))
    place = Window(RowNumber(), partition_by="kind", order_by=("weight", "row"))
    rows = entries.annotate(place=place).filter(place__lte=most).order_by("kind", "place")
    found: dict[str, list[int]] = {key: [] for key in near}
    for key, row in rows.values_list("kind", "row"):
        found[key].append(row)
    return found


def _among(kind: Kind, actor: User, numbers: Sequence[int], limit: int) -> Found:
    """Those of `numbers`, which are few, that are within reach."""
    reach = policy.scope(kind.rows(), actor, kind.right)
    rows = {row.pk: row for row in reach.filter(pk__in=numbers).select_related(*_related(kind))}
    seen = [rows[number] for number in numbers if number in rows]
    return Found(kind.key, tuple(seen[:limit]), more=len(seen) > limit)


def _related(kind: Kind) -> list[str]:
    return [] if kind.key == "account" else ["account"]
