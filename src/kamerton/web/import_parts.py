"""What the import pages show, made ready: tables, sentences, the form of the look step. No writing here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page as DjangoPage
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kamerton.access.models import User
from kamerton.analytics.lines import ROLES
from kamerton.core.models import Job
from kamerton.core.refused import Refused
from kamerton.core.telling import told
from kamerton.ledger.models import Batch, Draft, Rate
from kamerton.web import formats
from kamerton.web.parts import Badge, Cell, Column, Pages, Row, Step, Table

STEPS = (
    Step(gettext_lazy("Choose files")),
    Step(gettext_lazy("Look")),
    Step(gettext_lazy("Check")),
    Step(pgettext_lazy("step", "Import")),
)

#: Role -> (what a person calls it, what it is).
ROLE_NAMES: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "account": (gettext_lazy("Account"), gettext_lazy("number or name of the customer; required")),
    "account_name": (gettext_lazy("Account name"), gettext_lazy("how people call the customer")),
    "group": (gettext_lazy("Group"), gettext_lazy("parent company of the customer")),
    "date": (gettext_lazy("Date"), gettext_lazy("of the invoice or order; required")),
    "document": (gettext_lazy("Document"), gettext_lazy("number of the invoice or order")),
    "line": (gettext_lazy("Line"), gettext_lazy("number of the line in the document")),
    "product": (gettext_lazy("Product"), gettext_lazy("number of the article")),
    "product_name": (gettext_lazy("Product name"), gettext_lazy("description of the article")),
    "category": (gettext_lazy("Category"), gettext_lazy("family of the article")),
    "quantity": (gettext_lazy("Quantity"), gettext_lazy("units sold")),
    "amount": (gettext_lazy("Amount"), gettext_lazy("of the line, net of tax and discounts")),
    "unit_price": (
        gettext_lazy("Unit price"),
        gettext_lazy("used with the quantity where no amount is given"),
    ),
    "discount": (gettext_lazy("Discount rate"), gettext_lazy("used with unit price and quantity")),
    "discount_amount": (gettext_lazy("Discount amount"), gettext_lazy("used with unit price and quantity")),
    "cost": (gettext_lazy("Cost"), gettext_lazy("of the goods of the line")),
    "unit_cost": (gettext_lazy("Unit cost"), gettext_lazy("cost of one unit")),
    "profit": (gettext_lazy("Profit"), gettext_lazy("of the line: amount less cost")),
    "seller": (gettext_lazy("Seller"), gettext_lazy("who looks after the sale")),
    "currency": (gettext_lazy("Currency"), gettext_lazy("of the line, such as EUR")),
    "kind": (gettext_lazy("Kind"), gettext_lazy("sale, return or cancellation")),
}


@dataclass(frozen=True, kw_only=True)
class MappedColumn:
    """One column of the file in the form of the look step."""

    field: str  # name of the select
    name: str
    role: str
    sure: bool
    kind: str
    form: str
    samples: str


def ledger_sentence(span: tuple[dt.date, dt.date] | None, live: tuple[int, int]) -> str:
    """The sentence on top of the list of imports."""
    count, lines = live
    if span is None or not count:
        return _("Nothing is imported yet.")
    text = ngettext(
        "%(count)s import counts: %(lines)s lines from %(first)s to %(last)s.",
        "%(count)s imports count: %(lines)s lines from %(first)s to %(last)s.",
        count,
    )
    first, last = (formats.date(day) for day in span)
    return text % {"count": count, "lines": formats.number(lines), "first": first, "last": last}


def batch_table(batches: Iterable[Batch]) -> Table:
    columns = (
        Column(_("Import")),
        Column(_("State")),
        Column(_("Period")),
        Column(_("Lines"), numeric=True),
        Column(_("Turnover"), numeric=True),
        Column(_("Refused"), numeric=True),
        Column(_("By"), minor=True),
    )
    return Table(columns, [_batch_row(batch) for batch in batches], _("Imports, newest first"))


def _batch_row(batch: Batch) -> Row:
    names = ", ".join(file["name"] for file in batch.files[:2])
    more = len(batch.files) - 2
    sub = f"{names} +{more}" if more > 0 else names
    url = reverse("import_batch", args=[batch.sequence])
    return Row(
        (
            Cell(f"{batch.sequence}. {batch.title}", url=url, sub=sub if sub != batch.title else ""),
            Cell(badges=(state_badge(batch.state),)),
            _period(batch),
            formats.number(batch.lines),
            formats.money(batch.used_turnover, batch.currency, decimals=0),
            Cell(formats.number(batch.rows_refused), tone="warn" if batch.rows_refused else "muted"),
            Cell(batch.imported_by.display_name, sub=formats.moment(timezone.localtime(batch.imported_at))),
        ),
        faint=batch.state != "live",
    )


def _period(batch: Batch) -> str:
    if batch.first_date is None or batch.last_date is None:
        return formats.MISSING
    return formats.period(batch.first_date, batch.last_date)


def state_badge(state: str) -> Badge:
    states = {
        "live": Badge("good", _("Counts")),
        "superseded": Badge("off", _("Replaced")),
        "withdrawn": Badge("off", _("Withdrawn")),
    }
    return states[state]


def pages(page: DjangoPage) -> Pages:
    paginator = page.paginator
    return Pages(page.number, paginator.per_page, paginator.count, "?page={n}", _("imports"))


def draft_rows(drafts: Iterable[Draft]) -> list[dict[str, Any]]:
    """The runs that wait for their owner, with the sentence of where they stand."""
    waits = {
        "uploaded": _("Uploaded, not looked at yet"),
        "inspected": _("Waits for your answers"),
        "checked": _("Checked, not imported yet"),
    }
    return [
        {
            "title": draft.title,
            "url": reverse("import_draft", args=[draft.pk]),
            "abandon_url": reverse("import_abandon", args=[draft.pk]),
            "stands": _("Working on it") if draft.job and draft.job.is_open else waits.get(draft.state, ""),
            "when": formats.moment(timezone.localtime(draft.changed_at)),
        }
        for draft in drafts
    ]


def step_of(draft: Draft) -> int:
    """1 to 4: the step that a busy run is in."""
    kind = draft.job.kind if draft.job else ""
    return {"ledger.inspect": 2, "ledger.check": 3, "ledger.import": 4}.get(kind, 2)


# --- the look step -----------------------------------------------------------------------------------


def look_parts(draft: Draft) -> dict[str, Any]:
    """What was found, the questions, the mapping with samples, the first rows."""
    found: dict[str, Any] = draft.inspection or {}
    settled = is_settled(draft)
    asked = {doubt["column"] for doubt in found["doubts"]}
    return {
        "lead": _look_sentence(found, settled=settled),
        "mapping_note": _("The answers that you saved as “%(name)s” were used.")
        % {"name": draft.mapping_name},
        "files": [file_facts(file) for file in found["files"]],
        "doubts": [_doubt(doubt, draft) for doubt in found["doubts"]],
        "missing": [_missing(role) for role in found["missing"]],
        "notes": [told(note) for note in found["notes"]],
        "columns": [
            _mapped(index, column, asked=column["name"] in asked)
            for index, column in enumerate(found["columns"])
        ],
        "roles": [(role, ROLE_NAMES[role][0], ROLE_NAMES[role][1]) for role in ROLES],
        "first_rows": _first_rows(found),
    }


def _look_sentence(found: Mapping[str, Any], *, settled: bool) -> str:
    if settled:
        return _("Everything was recognised: look it over, then check all rows.")
    open_points = len(found["doubts"]) + len(found["missing"])
    text = ngettext(
        "%(n)s point is open that only you can tell.",
        "%(n)s points are open that only you can tell.",
        open_points,
    )
    return text % {"n": open_points}


def _missing(role: str) -> str:
    name, what = ROLE_NAMES[role]
    return f"{name}: {what}"


def is_settled(draft: Draft) -> bool:
    """Nothing is open that only the person can answer."""
    found = draft.inspection or {}
    return bool(found) and not found["doubts"] and not found["missing"]


def file_facts(file: Mapping[str, Any]) -> dict[str, Any]:
    delimiters = {
        ",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar"), " ": _("blanks"),
    }  # fmt: skip
    facts = [
        (_("Format"), "vCard" if file["format"] == "vcard" else file["format"].upper()),
        (_("Size"), _size(file["size_bytes"])),
        (_("Packed as"), file["compression"]),
        (_("Characters"), (file.get("encoding") or "").upper()),
        (_("Columns are divided by"), delimiters.get(str(file.get("delimiter")), file.get("delimiter"))),
        (_("Names of the columns in line"), file.get("header_line")),
        (_("Sheet"), file.get("sheet")),
    ]
    return {"name": file["name"], "facts": [(name, value) for name, value in facts if value]}


def _size(size_bytes: int) -> str:
    if size_bytes < 1024 * 1024:
        return f"{formats.number(max(1, size_bytes // 1024))} kB"
    return f"{formats.number(Decimal(size_bytes) / 1024**2, decimals=1)} MB"


def _doubt(doubt: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    given = draft.choices.get(doubt["key"]) or ""
    return {
        "field": f"doubt:{doubt['key']}",
        "column": doubt["column"],
        "question": told(doubt["question"]),
        "choices": [
            (choice["value"], told(choice["label"]), choice["value"] == given) for choice in doubt["choices"]
        ],
    }


def _mapped(index: int, column: Mapping[str, Any], *, asked: bool) -> MappedColumn:
    """`asked`: how it is written is what the person is asked, so nothing is claimed of it."""
    kinds = {"text": _("text"), "number": _("number"), "date": _("date"), "empty": _("empty")}
    forms = {
        "dmy": _("day first"), "mdy": _("month first"), "ymd": _("year first"),
        "serial": _("days counted"), "period": _("months or quarters"),
    }  # fmt: skip
    return MappedColumn(
        field=f"column:{index}",
        name=column["name"],
        role=column["role"] or "",
        sure=column["confidence"] >= 0.8,
        kind=kinds[column["kind"]],
        form="" if asked else forms.get(column["form"], column["form"]) or "",
        samples=" · ".join(sample for sample in column["samples"][:3] if sample),
    )


def _first_rows(found: Mapping[str, Any]) -> Table:
    columns = [Column(column["name"], numeric=column["kind"] == "number") for column in found["columns"]]
    rows = [Row([str(value) for value in row]) for row in found["first_rows"][:10]]
    return Table(columns, rows, _("First rows of the file"), cards=False)


def choices_from_form(form: Mapping[str, str], draft: Draft) -> dict[str, Any]:
    """The answers of the look step in the form of ledger.actions.settle.

    A role that a column had and no column has now is freed ("" in the mapping). Raises Refused where two
    columns are given one role.
    """
    found: dict[str, Any] = draft.inspection or {}
    chosen = _roles_chosen(form, found)
    mapped = any(name.startswith("column:") for name in form)
    before = found["mapping"]
    changed = {role: name for role, name in chosen.items() if before.get(role) != name}
    freed = {role: "" for role in before if role not in chosen}
    choices: dict[str, Any] = {"mapping": {**freed, **changed}} if mapped else {}
    for doubt in found["doubts"]:
        choices |= _answer(doubt["key"], form.get(f"doubt:{doubt['key']}", ""))
    if "with_duplicates" in form:
        choices["drop_duplicates"] = form["with_duplicates"] == "drop"
    return choices


def _roles_chosen(form: Mapping[str, str], found: Mapping[str, Any]) -> dict[str, str]:
    """Role -> name of its column."""
    chosen: dict[str, str] = {}
    for index, column in enumerate(found["columns"]):
        role = form.get(f"column:{index}", "")
        if not role:
            continue
        if role in chosen:
            raise Refused(
                _("Two columns cannot both mean “%(role)s”: %(first)s and %(second)s.")
                % {
                    "role": ROLE_NAMES[role][0] if role in ROLE_NAMES else role,
                    "first": chosen[role],
                    "second": column["name"],
                },
                hint=_("Leave one of them empty."),
                code="role_twice",
            )
        chosen[role] = column["name"]
    return chosen


def _answer(key: str, value: str) -> dict[str, Any]:
    """A doubt's key is a field of Choices, or "role:<role>" for a column to choose."""
    if not value:
        return {}
    room, _sign, name = key.partition(":")
    if room == "role":
        return {"mapping": {name: value}}
    if room in {"kind", "kinds"} and name:
        return {"kinds": {name: value}}
    return {key: value}


# --- the check step ----------------------------------------------------------------------------------


def check_parts(draft: Draft, currency: str) -> dict[str, Any]:
    """The dry run: counts that add up, what would be replaced, what was refused."""
    result: dict[str, Any] = draft.result or {}
    counts = result["counts"]
    return {
        "lead": _check_sentence(result, currency),
        "counts": _counts(counts, currency),
        "warnings": result["warnings"],
        "notes": [told(note) for note in result.get("notes", [])],
        "replaces": [_replaced(part, currency) for part in result["replaces"]],
        "merge_offers": [" = ".join(offer) for offer in result["merge_offers"][:20]],
        "refused": refused_table(result["refused_head"][:50]),
        "refused_total": result["refused_total"],
        "refused_title": _refused_title(result["refused_total"]),
        "has_refused_file": result["has_refused_file"],
        "drops": bool(draft.choices.get("drop_duplicates")),
        "duplicates": counts["duplicates"],
        "lines": counts["used"] + counts["unassigned"],
    }


def _replaced(part: Mapping[str, Any], currency: str) -> dict[str, Any]:
    return {**part, "amount": formats.money(Decimal(str(part["amount"])), currency)}


def _check_sentence(result: Mapping[str, Any], currency: str) -> str:
    counts = result["counts"]
    text = _(
        "%(used)s of %(read)s rows can be used: %(amount)s of turnover, %(accounts)s accounts, %(period)s."
    )
    days = [dt.date.fromisoformat(result[name]) for name in ("first_date", "last_date") if result[name]]
    return text % {
        "used": formats.number(counts["used"]),
        "read": formats.number(counts["read"]),
        "amount": formats.money(Decimal(counts["used_turnover"]), result["currency"] or currency, decimals=0),
        "accounts": formats.number(result["accounts"]),
        "period": formats.period(days[0], days[1]) if len(days) == 2 else formats.MISSING,
    }


def _counts(counts: Mapping[str, Any], currency: str) -> list[tuple[str, str, str, str]]:
    """(label, rows, amount, what it means); the rows add up to the first."""

    def money(value: object) -> str:
        return formats.money(Decimal(str(value)), currency)

    dropped = counts["duplicates_dropped"]
    rows = [
        (_("Read"), counts["read"], "", ""),
        (_("Used"), counts["used"], money(counts["used_turnover"]), ""),
        (
            _("Without an account"),
            counts["unassigned"],
            money(counts["unassigned_turnover"]),
            _("kept apart, never spread over others"),
        ),
        (_("Refused"), counts["refused"], "", _("each with its reason")),
        (_("Repeats left out"), dropped, "", _("exact copies of another row")),
    ]
    return [(label, formats.number(count), amount, note) for label, count, amount, note in rows]


def _refused_title(total: int) -> str:
    if total > 50:
        return _("The first 50 of %(total)s refused rows") % {"total": formats.number(total)}
    return _("Refused rows")


def refused_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    columns = (
        Column(_("File")),
        Column(_("Line"), numeric=True),
        Column(_("Column")),
        Column(_("Value")),
        Column(_("Reason")),
    )
    body = [
        Row((row["file"], str(row["line"]), row["column"], row["value"][:80], told(row["reason"])))
        for row in rows
    ]
    return Table(columns, body, _("Refused rows"))


# --- one import ---------------------------------------------------------------------------------------


def batch_parts(batch: Batch) -> dict[str, Any]:
    counts = {
        "read": batch.rows_read, "used": batch.rows_used, "unassigned": batch.rows_unassigned,
        "refused": batch.rows_refused, "duplicates_dropped": batch.rows_dropped,
        "used_turnover": batch.used_turnover, "unassigned_turnover": batch.unassigned_turnover,
    }  # fmt: skip
    when = formats.moment(timezone.localtime(batch.imported_at))
    origin = [(file["name"], f"{_size(file['size'])}, SHA-256 {file['sha256'][:16]}") for file in batch.files]
    origin += [
        (_("Imported"), _("%(when)s by %(who)s") % {"when": when, "who": batch.imported_by.display_name}),
        (_("Exact repeats"), formats.number(batch.rows_duplicate)),
        (_("Lines without cost"), formats.number(batch.lines_without_cost)),
        (_("Lines without a document"), formats.number(batch.lines_without_document)),
    ]
    return {
        "batch": batch,
        "notes": [told(note) for note in batch.notes],
        "title": f"{batch.sequence}. {batch.title}",
        "lead": _batch_sentence(batch),
        "state": state_badge(batch.state),
        "counts": _counts(counts, batch.currency),
        "changed": formats.moment(timezone.localtime(batch.changed_at)) if batch.changed_at else "",
        "origin": origin,
    }


def _batch_sentence(batch: Batch) -> str:
    text = ngettext(
        "%(lines)s line with %(amount)s of turnover, %(period)s.",
        "%(lines)s lines with %(amount)s of turnover, %(period)s.",
        batch.lines,
    )
    amount = formats.money(batch.used_turnover, batch.currency, decimals=0)
    return text % {"lines": formats.number(batch.lines), "amount": amount, "period": _period(batch)}


def snapshot_job(user: User) -> Job | None:
    """The renewal of figures that this person has set off and that still runs."""
    return Job.objects.filter(actor=user, kind="portfolio.snapshot", state__in=["waiting", "running"]).last()


def rate_sentence(currency: str) -> str:
    """The sentence on top of the rates."""
    known = Rate.objects.values("currency").distinct().count()
    if not known:
        return _("Lines in other currencies than %(currency)s are refused until their rates are here.") % {
            "currency": currency
        }
    text = ngettext(
        "%(n)s currency beside %(currency)s has rates; a line counts by the latest rate before its date.",
        "%(n)s currencies beside %(currency)s have rates; a line counts by the latest rate before its date.",
        known,
    )
    return text % {"n": formats.number(known), "currency": currency}


def rate_table() -> Table:
    columns = (Column(_("Currency")), Column(_("From")), Column(_("Rate"), numeric=True))
    rows = [
        Row((rate.currency, formats.date(rate.date), f"{rate.rate.normalize():f}"))
        for rate in Rate.objects.order_by("currency", "-date")[:500]
    ]
    return Table(columns, rows, _("Exchange rates"))
