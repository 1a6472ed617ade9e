"""What the pages of contact imports show, made ready. No writing here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from kamerton.core.telling import told
from kamerton.exchange import queries
from kamerton.exchange.models import Run
from kamerton.exchange.read.model import PERSON_ROLES, ROLES
from kamerton.web import formats, import_parts
from kamerton.web.parts import Badge, Cell, Column, Row, Table

#: Role -> what a person calls it.
ROLE_NAMES: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "first_name": gettext_lazy("First name"),
    "middle_name": gettext_lazy("Middle name"),
    "last_name": gettext_lazy("Last name"),
    "salutation": gettext_lazy("Salutation"),
    "post": gettext_lazy("Post"),
    "function": gettext_lazy("Function"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "mobile": gettext_lazy("Mobile"),
    "languages": gettext_lazy("Languages"),
    "territory": gettext_lazy("Territory"),
    "company": gettext_lazy("Company"),
    "number": gettext_lazy("Account number"),
    "external_id": gettext_lazy("Number in the other program"),
    "tax_number": gettext_lazy("Tax number"),
    "registration_number": gettext_lazy("Registration number"),
    "legal_name": gettext_lazy("Legal name"),
    "legal_form": gettext_lazy("Legal form"),
    "segment": gettext_lazy("Segment"),
    "website": gettext_lazy("Website"),
    "company_email": gettext_lazy("E-mail of the company"),
    "company_phone": gettext_lazy("Phone of the company"),
    "country": gettext_lazy("Country"),
    "street": gettext_lazy("Street"),
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("Region"),
    "description": gettext_lazy("Description of the company"),
}
_FIELD_NAMES = {
    "account_name": "company", "account_email": "company_email", "account_phone": "company_phone",
}  # fmt: skip
SHOWN = 50


def run_table(runs: Iterable[Run]) -> Table | None:
    rows = [_run_row(run) for run in runs]
    columns = (
        Column(_("Import")), Column(_("State")), Column(_("Added"), numeric=True), Column(_("Filled in"), numeric=True),
        Column(_("Refused"), numeric=True), Column(_("When"), minor=True),
    )  # fmt: skip
    return Table(columns, rows, _("Your imports, newest first")) if rows else None


def _run_row(run: Run) -> Row:
    counts = run.counts
    return Row(
        (
            Cell(run.title, url=reverse("contact_import", args=[run.pk])),
            Cell(badges=(state_badge(run),)),
            formats.number(counts.get("contacts_added", 0)) if counts else formats.MISSING,
            formats.number(counts.get("contacts_filled", 0)) if counts else formats.MISSING,
            formats.number(counts.get("rows_refused", 0)) if counts else formats.MISSING,
            formats.moment(timezone.localtime(run.changed_at)),
        ),
        faint=run.state == "undone",
    )


def state_badge(run: Run) -> Badge:
    busy = run.job is not None and run.job.is_open
    states = {
        "uploaded": Badge("neutral", _("Uploaded")),
        "inspected": Badge("info", _("Waits for your answers")),
        "checked": Badge("info", _("Checked, not imported yet")),
        "importing": Badge("info", _("Being imported")) if busy else Badge("warn", _("Stopped on the way")),
        "imported": Badge("good", _("Imported")),
        "undone": Badge("off", pgettext("an import", "Undone")),
        "abandoned": Badge("off", _("Discarded")),
    }
    return states[run.state]


# --- look ------------------------------------------------------------------------------------------------------


def is_settled(run: Run) -> bool:
    found = run.inspection or {}
    return bool(found) and not found["doubts"] and not found["missing"]


def look_parts(run: Run, *, may_add: bool) -> dict[str, Any]:
    found: dict[str, Any] = run.inspection or {}
    before = queries.imported_before(run)
    return {
        "lead": _look_sentence(found),
        "before": _before_sentence(before) if before else "",
        "mapping_note": _("The meaning of the columns that you saved as “%(name)s” was used.") % {"name": run.mapping_name},
        "missing": [_("a column with the name of a person, or of a company")] if found["missing"] else [],
        "doubts": [
            {
                "field": doubt["key"], "question": told(doubt["question"]),
                "choices": [(value, told(label), run.answers.get(doubt["key"]) == value) for value, label in doubt["choices"]],
            }
            for doubt in found["doubts"]
        ],
        "columns": [
            {"field": f"column:{at}", "name": column["name"], "role": column["role"],
             "samples": " · ".join(column["samples"])}
            for at, column in enumerate(found["columns"])
        ],
        "role_groups": [
            (_("Person"), [(role, ROLE_NAMES[role]) for role in PERSON_ROLES]),
            (_("Company"), [(role, ROLE_NAMES[role]) for role in ROLES if role not in PERSON_ROLES]),
        ],
        "may_add": may_add,
        "add_companies": bool(run.answers.get("add_companies")),
        "system": run.answers.get("system", ""),
        "has_ids": any(column["role"] == "external_id" for column in found["columns"]),
        "files": [import_parts.file_facts(file) for file in found["files"]],
        "notes": [told(note) for note in found["notes"]],
        "first_rows": _first_rows(found),
    }  # fmt: skip


def _look_sentence(found: Mapping[str, Any]) -> str:
    if found["doubts"] or found["missing"]:
        return _("One thing is open that only you can tell.")
    known = sum(bool(column["role"]) for column in found["columns"])
    rows = ngettext("%(n)s row", "%(n)s rows", found["rows"]) % {"n": formats.number(found["rows"])}
    return _(
        "%(rows)s; %(known)s of %(all)s columns were recognised. Look them over, then check all rows."
    ) % {
        "rows": rows,
        "known": formats.number(known),
        "all": formats.number(len(found["columns"])),
    }


def _before_sentence(run: Run) -> str:
    when = formats.moment(timezone.localtime(run.imported_at))
    return _(
        "You imported this very file on %(when)s. Nobody is added twice; what is empty still is filled in."
    ) % {"when": when}


def _first_rows(found: Mapping[str, Any]) -> Table:
    columns = [Column(name) for name in found["heads"]]
    return Table(columns, [Row(row) for row in found["first_rows"]], _("First rows of the file"), cards=False)


def answers_from_form(form: Mapping[str, str], run: Run) -> dict[str, Any]:
    """The answers of the look step in the form of exchange.actions.settle."""
    found: dict[str, Any] = run.inspection or {}
    answers: dict[str, Any] = {}
    if any(name.startswith("column:") for name in form):
        answers["mapping"] = {
            column["name"]: form.get(f"column:{at}", "") for at, column in enumerate(found["columns"])
        }
    if form.get("sheet"):
        answers["sheet"] = form["sheet"]
    if "companies" in form:
        answers["add_companies"] = form["companies"] == "add"
    if form.get("system", "").strip():
        answers["system"] = form["system"]
    return answers


# --- check -----------------------------------------------------------------------------------------------------


def check_parts(run: Run) -> dict[str, Any]:
    result: dict[str, Any] = run.result or {}
    counts = result["counts"]
    writes = sum(
        counts.get(name, 0)
        for name in ("contacts_added", "contacts_filled", "accounts_added", "accounts_filled")
    )
    return {
        "lead": _check_sentence(counts),
        "counts": _count_table(
            counts,
            added=counts.get("rows_add", 0),
            filled=counts.get("rows_fill", 0),
            total=counts.get("rows", 0),
        ),
        "accounts_note": _accounts_sentence(counts),
        "questions": [_question(each, run) for each in result["questions"]],
        "questions_title": _title(_("Perhaps the same"), len(result["questions"]), counts.get("doubles", 0)),
        "conflicts": _conflict_table(result["conflicts"][:SHOWN]),
        "conflicts_total": counts.get("conflicts", 0),
        "conflicts_title": _title(
            _("What stays as it is"), min(SHOWN, len(result["conflicts"])), counts.get("conflicts", 0)
        ),
        "refused": import_parts.refused_table(result["refused"][:SHOWN]),
        "refused_total": counts.get("refused", 0),
        "refused_title": _title(
            _("Refused rows"), min(SHOWN, len(result["refused"])), counts.get("refused", 0)
        ),
        "added": _row_table(result["added"][:10], _("The first that would be added")),
        "filled": _row_table(result["filled"][:10], _("The first that would be filled in")),
        "writes": writes,
        "button": _button(counts),
    }


def _title(text: str, shown: int, total: int) -> str:
    if total <= shown:
        return text
    return _("%(what)s: the first %(shown)s of %(total)s") % {
        "what": text, "shown": formats.number(shown), "total": formats.number(total),
    }  # fmt: skip


def _check_sentence(counts: Mapping[str, int]) -> str:
    text = _(
        "%(added)s to add, %(filled)s to fill in, %(same)s there already, %(doubles)s to decide, %(refused)s refused."
    )
    return text % {
        name: formats.number(counts.get(key, 0))
        for name, key in (
            ("added", "contacts_added"), ("filled", "contacts_filled"), ("same", "same"), ("doubles", "doubles"),
            ("refused", "refused"),
        )
    }  # fmt: skip


def _button(counts: Mapping[str, int]) -> str:
    people = counts.get("contacts_added", 0) + counts.get("contacts_filled", 0)
    if not people:
        return _("Import the companies")
    text = ngettext("Import %(n)s contact", "Import %(n)s contacts", people)
    return text % {"n": formats.number(people)}


def _accounts_sentence(counts: Mapping[str, int]) -> str:
    added, filled = counts.get("accounts_added", 0), counts.get("accounts_filled", 0)
    told_of = []
    if added:
        told_of.append(
            ngettext("%(n)s company becomes a prospect.", "%(n)s companies become prospects.", added)
            % {"n": formats.number(added)}
        )
    if filled:
        told_of.append(
            ngettext("%(n)s account is filled in.", "%(n)s accounts are filled in.", filled)
            % {"n": formats.number(filled)}
        )
    return " ".join(told_of)


def _count_table(counts: Mapping[str, int], *, added: int, filled: int, total: int) -> Table:
    rows = (
        (_("Read"), total, ""),
        (_("Added"), added, _("a new contact, or a new company")),
        (_("Filled in"), filled, _("empty fields get a value; nothing is overwritten")),
        (_("There already"), counts.get("rows_same", 0), _("nothing new in the row")),
        (_("Perhaps doubles"), counts.get("rows_double", 0), _("left out until you decide")),
        (_("Refused"), counts.get("rows_refused", 0), _("each with its reason")),
    )
    columns = (Column(""), Column(_("Rows"), numeric=True), Column(""))
    return Table(
        columns, [Row((label, formats.number(count), Cell(note, tone="muted"))) for label, count, note in rows], _("Rows")
    )  # fmt: skip


_WHY: Mapping[str, str | Promise] = {
    "other_name": gettext_lazy("the same e-mail address, another name"),
    "other_email": gettext_lazy("the same name, another e-mail address"),
    "phone": gettext_lazy("the same telephone, a name alike"),
    "elsewhere": gettext_lazy("the same e-mail address, at another account"),
    "left": gettext_lazy("the same person, who has left"),
    "several": gettext_lazy("several of this name are there"),
    "domain": gettext_lazy("the same domain, another name"),
}


def _question(each: Mapping[str, Any], run: Run) -> dict[str, Any]:
    about = each["about"]
    given = run.answers.get("people" if about == "person" else "companies", {}).get(each["key"], "")
    there = each.get("there", "")
    if about == "company":
        there = each["account"]
    elif each.get("there_account") and each["there_account"] != each["account"]:
        there = f"{there} ({each['there_account']})"
    same = _("The same company") if about == "company" else _("The same person")
    another = _("Another company") if about == "company" else _("Another person")
    return {
        "field": f"{about}:{each['key']}", "name": each["name"], "line": each["line"], "file": each["file"],
        "account": each["account"] if about == "person" else "", "there": there, "why": _WHY.get(each["why"], ""),
        "choices": [
            (value, label, value == given)
            for value, label in (("same", same), ("another", another), ("skip", _("Leave out")))
        ],
    }  # fmt: skip


def decisions_from_form(form: Mapping[str, str], run: Run) -> tuple[dict[str, str], dict[str, str]]:
    """(people, companies): what was chosen, or the one choice for all that are not chosen yet."""
    people: dict[str, str] = {}
    companies: dict[str, str] = {}
    for each in (run.result or {}).get("questions", ()):
        kept = people if each["about"] == "person" else companies
        chosen = form.get(f"{each['about']}:{each['key']}", "") or form.get("all", "")
        if chosen:
            kept[each["key"]] = chosen
    return people, companies


def field_name(field: str) -> str:
    plain = field.removeprefix("account ")
    name = ROLE_NAMES.get(_FIELD_NAMES.get(plain, plain))
    if plain == "address":
        name = gettext_lazy("Address")
    return str(name) if name else plain


def _conflict_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    columns = (
        Column(_("Who")), Column(_("Line"), numeric=True), Column(_("Field")), Column(_("In the file")), Column(_("Kept")),
    )  # fmt: skip
    body = [
        Row((
            row["name"], str(row["line"]), field_name(row["field"]), row["value"][:120],
            row["kept"][:120] or Cell(_("nothing: the word is not known here"), tone="muted"),
        ))
        for row in rows
    ]  # fmt: skip
    return Table(columns, body, _("What stays as it is"))


def _row_table(rows: list[Mapping[str, Any]], caption: str) -> Table | None:
    columns = (
        Column(_("Contact")),
        Column(_("Line"), numeric=True),
        Column(_("Account")),
        Column(_("Filled in")),
    )
    body = [
        Row((
            row["name"] or formats.MISSING, str(row["line"]),
            Cell(row["account"], badges=(Badge("info", _("new"), soft=True),) if row["adds_account"] else ()),
            ", ".join(dict.fromkeys(field_name(field) for field in row["fields"])),
        ))
        for row in rows
    ]  # fmt: skip
    return Table(columns, body, caption) if body else None


# --- done -------------------------------------------------------------------------------------------------------


def done_parts(run: Run) -> dict[str, Any]:
    counts = run.counts
    stopped = run.state == "importing"
    handled = sum(
        counts.get(name, 0) for name in ("rows_add", "rows_fill", "rows_same", "rows_double", "rows_refused")
    )
    undone = counts.get("undone")
    return {
        "lead": _done_sentence(run),
        "state": state_badge(run),
        "stopped": stopped,
        "can_undo": run.state in {"importing", "imported"},
        "counts": _count_table(
            counts,
            added=counts.get("rows_add", 0),
            filled=counts.get("rows_fill", 0),
            total=max(handled, run.done_rows),
        ),
        "accounts_note": _accounts_done(counts),
        "kept": _kept_sentence(undone["kept"]) if undone and undone["kept"] else "",
        "has_report": run.result is not None,
        "contacts_url": reverse("contacts"),
    }


def _done_sentence(run: Run) -> str:
    counts = run.counts
    if run.state == "undone":
        return _("The import is undone.")
    if run.state == "importing":
        return _("Stopped after %(done)s of %(total)s rows. What was written is complete; the rest waits.") % {
            "done": formats.number(run.done_rows), "total": formats.number(run.total_rows),
        }  # fmt: skip
    return _("%(added)s contacts were added, %(filled)s filled in, %(refused)s rows refused.") % {
        "added": formats.number(counts.get("contacts_added", 0)),
        "filled": formats.number(counts.get("contacts_filled", 0)),
        "refused": formats.number(counts.get("rows_refused", 0)),
    }


def _accounts_done(counts: Mapping[str, Any]) -> str:
    added, filled = counts.get("accounts_added", 0), counts.get("accounts_filled", 0)
    texts = []
    if added:
        texts.append(
            ngettext("%(n)s company was added.", "%(n)s companies were added.", added)
            % {"n": formats.number(added)}
        )
    if filled:
        texts.append(
            ngettext("%(n)s account was filled in.", "%(n)s accounts were filled in.", filled)
            % {"n": formats.number(filled)}
        )
    return " ".join(texts)


def _kept_sentence(count: int) -> str:
    text = ngettext(
        "%(n)s record stayed: somebody has worked with it since.",
        "%(n)s records stayed: somebody has worked with them since.",
        count,
    )
    return text % {"n": formats.number(count)}
