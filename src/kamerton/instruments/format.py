"""Reading and writing an instrument's file. Pure. The form is described in docs/how-to/write-an-instrument.md.

Everything that is wrong is told at once, each with its place and what to do.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, cast, get_args

from django.utils.translation import gettext as _

from kamerton.core.refused import Refused
from kamerton.instruments.definition import (
    LANGUAGES,
    About,
    Definition,
    Evidence,
    Item,
    Kind,
    Method,
    Option,
    Prefill,
    Result,
    Scoring,
    SecrecyName,
    Section,
    State,
    Words,
)

#: The form that this code reads. A file of a later one is refused.
FORMAT = 1
LONGEST_TEXT = 1000
MOST_ITEMS = 200
MOST_STEPS = 10  # of a scale: its answers stand side by side
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: The instruments of this release, one file each.
CATALOGUE = Path(__file__).resolve().parent / "catalogue"
_TOP = "format key version about secrecy prefill raters fresh_days title purpose scoring section"
_SECTION = "key title help weight item"
_COMMON = "key kind text help scored weight required evidence fresh_days"
_OWN: Mapping[str, str] = {
    "yes-no": "counts",
    "scale": "low high better low_words high_words",
    "choice": "option",
    "number": "low high unit zero_at full_at",
    "text": "",
    "date": "",
}


class BadInstrument(Refused):
    """The text is no instrument. `problems`: a sentence each, with its place."""

    def __init__(self, file: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            f"{file}: " + " ".join(self.problems), code="bad_instrument", hint=_("Nothing was changed.")
        )


def parse(source: str, file: str) -> Definition:
    """The instrument that `source` describes. `file` names it in what BadInstrument says."""
    return build(document(source, file), file)


def document(source: str, file: str) -> dict[str, Any]:
    """The bare tables of the file, as JSON can hold them. Raises BadInstrument where it is no TOML."""
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        problem = _("This is not TOML: %(error)s. Correct that line.") % {"error": error}
        raise BadInstrument(file, [problem]) from error


def build(tables: Mapping[str, Any], file: str) -> Definition:
    """Check the tables and make a Definition of them. Raises BadInstrument with all that is wrong."""
    problems: list[str] = []
    made = _definition(_Table(dict(tables), "", problems))
    if problems:
        raise BadInstrument(file, problems)
    return made


@dataclass(slots=True)
class _Table:
    """A table of the file while it is read: takes values, notes what is wrong with its place."""

    values: dict[str, Any]
    place: str
    problems: list[str]

    def wrong(self, text: str) -> None:
        self.problems.append(f"{self.place}: {text}" if self.place else text)

    def only(self, known: str) -> None:
        """Refuse what nobody reads: a misspelt name would be lost in silence."""
        for name in sorted(set(self.values) - set(known.split())):
            self.wrong(
                _("“%(name)s” is not known here; remove it, or write one of: %(known)s.")
                % {"name": name, "known": ", ".join(known.split())}
            )

    def key(self) -> str:
        value = self.values.get("key")
        if not isinstance(value, str) or not _KEY.fullmatch(value) or len(value) > 60:
            self.wrong(
                _(
                    "“key” must be small letters, digits and hyphens, 60 at the most; write one like “knows-us”."
                )
            )
            return ""
        return value

    def one_of(self, name: str, known: tuple[Any, ...], default: str | None = None) -> Any:
        value = self.values.get(name, default)
        if value not in known:
            told = {"name": name, "value": "" if value is None else value, "known": ", ".join(known)}
            self.wrong(_("“%(name)s” is “%(value)s”; write one of: %(known)s.") % told)
            return known[0]
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            self.wrong(_("“%(name)s” must be true or false.") % {"name": name})
            return default
        return value

    def whole(self, name: str, default: int | None, *, least: int, most: int) -> int | None:
        value = self.values.get(name, default)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            told = {"name": name, "least": least, "most": most}
            self.wrong(_("“%(name)s” must be a whole number from %(least)s to %(most)s.") % told)
            return default
        return value

    def number(self, name: str) -> Decimal | None:
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            self.wrong(_("“%(name)s” must be a number.") % {"name": name})
            return None
        if abs(value) > 10**12:
            self.wrong(_("“%(name)s” is too great; a million million is the most.") % {"name": name})
            return None
        return Decimal(str(value))

    def weight(self) -> Decimal | None:
        value = self.number("weight")
        if value is not None and value <= 0:
            self.wrong(_("“weight” must be above zero; give it one, or remove the line (it is then 1)."))
            return None
        return value

    def words(self, name: str) -> Words:
        """A text that must be there, in all languages."""
        found = self.maybe_words(name)
        if found is None and name not in self.values:
            self.wrong(_("“%(name)s” is missing; add it in en, it, pl and ru.") % {"name": name})
        return found or Words("", "", "", "")

    def maybe_words(self, name: str) -> Words | None:
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(_("“%(name)s” must have a text each for en, it, pl and ru.") % {"name": name})
            return None
        return self._four(name, value)

    def _four(self, name: str, value: dict[str, Any]) -> Words | None:
        good = True
        for language in (*LANGUAGES, *sorted(set(value) - set(LANGUAGES))):
            text = value.get(language)
            told = {"name": name, "language": language, "most": LONGEST_TEXT}
            if language not in LANGUAGES:
                self.wrong(
                    _("“%(name)s” has a language “%(language)s”; only en, it, pl and ru are known.") % told
                )
            elif not isinstance(text, str) or not text.strip():
                self.wrong(_("“%(name)s” is missing in “%(language)s”; add it.") % told)
            elif len(text) > LONGEST_TEXT or "\x00" in text:
                self.wrong(_("“%(name)s” in “%(language)s” is longer than %(most)s characters.") % told)
            else:
                continue
            good = False
        return Words(**{language: value[language].strip() for language in LANGUAGES}) if good else None

    def tables(self, name: str, called: str, *, least: int = 1) -> list[_Table]:
        """The tables under [[name]], each knowing its place in words."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong(_("“%(name)s” must be written as [[…%(name)s]] tables.") % {"name": name})
            return []
        if len(value) < least:
            self.wrong(_("At least %(least)s [[…%(name)s]] is needed.") % {"least": least, "name": name})
        return [
            _Table(one, self._inside(f"{called} {number}", one), self.problems)
            for number, one in enumerate(value, start=1)
        ]

    def table(self, name: str, called: str) -> _Table:
        value = self.values.get(name)
        if not isinstance(value, dict):
            self.wrong(_("The table [%(name)s] is missing; add it.") % {"name": name})
            value = {}
        return _Table(value, self._inside(called, {}), self.problems)

    def _inside(self, called: str, one: Mapping[str, Any]) -> str:
        named = f"{called} (“{one['key']}”)" if isinstance(one.get("key"), str) else called
        return f"{self.place}, {named}" if self.place else named

    def unique(self, keys: Iterable[str]) -> None:
        met: set[str] = set()
        for key in keys:
            if key and key in met:
                self.wrong(_("The key “%(key)s” stands twice; give one of the two another.") % {"key": key})
            met.add(key)


def _definition(top: _Table) -> Definition:
    top.only(_TOP)
    _check_format(top)
    fresh_days = top.whole("fresh_days", None, least=1, most=36500)
    scoring = top.table("scoring", _("scoring"))
    method = scoring.one_of("method", get_args(Method))
    sections = tuple(_section(one, fresh_days, method) for one in top.tables("section", _("section")))
    items = [item for section in sections for item in section.items]
    top.unique(section.key for section in sections)
    top.unique(item.key for item in items)
    if len(items) > MOST_ITEMS:
        top.wrong(
            _("There are %(count)s items; %(most)s are the most.") % {"count": len(items), "most": MOST_ITEMS}
        )
    _check_section_weights(top, sections, method)
    return Definition(
        key=top.key(),
        version=top.whole("version", 1, least=1, most=1_000_000) or 1,
        about=cast("About", top.one_of("about", get_args(About))),
        title=top.words("title"),
        purpose=top.words("purpose"),
        secrecy=cast("SecrecyName", top.one_of("secrecy", get_args(SecrecyName), "internal")),
        prefill=cast("Prefill", top.one_of("prefill", get_args(Prefill), "own")),
        raters=top.whole("raters", 1, least=1, most=50) or 1,
        sections=sections,
        scoring=_scoring(scoring, sections, items),
    )


def _check_format(top: _Table) -> None:
    if top.values.get("format") != FORMAT:
        top.wrong(_("“format” must be %(format)s; write format = %(format)s first.") % {"format": FORMAT})


def _check_section_weights(top: _Table, sections: tuple[Section, ...], method: str) -> None:
    weighed = [section for section in sections if section.weight is not None]
    if weighed and method != "mean":
        top.wrong(_("Sections have weights only with the method “mean”; remove them."))
    elif weighed and len(weighed) < len(sections):
        top.wrong(_("Some sections have a weight and some have none; give one to all, or to none."))


def _section(one: _Table, fresh_days: int | None, method: str) -> Section:
    one.only(_SECTION)
    return Section(
        key=one.key(),
        title=one.words("title"),
        help=one.maybe_words("help"),
        weight=one.weight(),
        items=tuple(_item(item, fresh_days, method) for item in one.tables("item", _("item"))),
    )


def _item(one: _Table, fresh_days: int | None, method: str) -> Item:
    kind = cast("Kind", one.one_of("kind", get_args(Kind)))
    one.only(f"{_COMMON} {_OWN[kind]}")
    own = _own(one, kind)
    scored = one.flag("scored", _measured(kind, own) and (method != "ladder" or kind == "yes-no"))
    weight = one.weight()
    if weight is not None and (not scored or method in {"count", "ladder"}):
        one.wrong(_("“weight” has no effect here; remove it, or write scored = true with “mean” or “sum”."))
    if scored and method == "ladder" and kind != "yes-no":
        one.wrong(_('A stage\'s criteria are yes-no; write scored = false, or kind = "yes-no".'))
    evidence = one.one_of("evidence", get_args(Evidence), "optional" if kind == "yes-no" else "none")
    if evidence == "on-yes" and kind != "yes-no":
        one.wrong(_("“evidence” on-yes is for yes-no items; write always, optional or none."))
    return Item(
        key=one.key(),
        kind=kind,
        text=one.words("text"),
        help=one.maybe_words("help"),
        scored=scored,
        weight=weight or Decimal(1),
        required=one.flag("required", False),
        evidence=cast("Evidence", evidence),
        fresh_days=one.whole("fresh_days", fresh_days, least=1, most=36500),
        **own,
    )


def _measured(kind: str, own: Mapping[str, Any]) -> bool:
    """Whether an answer earns points by what it says, not only by being there."""
    if kind == "choice":
        return any(option.points is not None for option in own["options"])
    return kind in {"yes-no", "scale"} or (kind == "number" and own["zero_at"] is not None)


def _own(one: _Table, kind: Kind) -> dict[str, Any]:
    """What only this kind of item has."""
    if kind == "yes-no":
        return {"counts": one.one_of("counts", ("yes", "no"), "yes")}
    if kind == "scale":
        return _own_scale(one)
    if kind == "choice":
        return {"options": _options(one)}
    return _own_number(one) if kind == "number" else {}


def _own_scale(one: _Table) -> dict[str, Any]:
    low = one.whole("low", 1, least=-100, most=100)
    high = one.whole("high", 5, least=-100, most=100)
    if low is not None and high is not None and not 1 <= high - low <= MOST_STEPS:
        one.wrong(
            _("A scale goes up by 1 to %(most)s steps; set “low” and “high” so.") % {"most": MOST_STEPS}
        )
    return {
        "low": Decimal(low or 0),
        "high": Decimal(high or 0),
        "better": one.one_of("better", ("high", "low"), "high"),
        "low_words": one.maybe_words("low_words"),
        "high_words": one.maybe_words("high_words"),
    }


def _own_number(one: _Table) -> dict[str, Any]:
    found = {name: one.number(name) for name in ("low", "high", "zero_at", "full_at")}
    low, high, zero_at, full_at = found.values()
    if low is not None and high is not None and low >= high:
        one.wrong(_("“low” must be below “high”."))
    if (zero_at is None) is not (full_at is None) or (zero_at is not None and zero_at == full_at):
        one.wrong(_("“zero_at” and “full_at” are given together and differ."))
    return found | {"unit": one.maybe_words("unit")}


def _options(one: _Table) -> tuple[Option, ...]:
    options = []
    for table in one.tables("option", _("option"), least=2):
        table.only("key text points")
        points = table.number("points")
        if points is not None and not 0 <= points <= 100:
            table.wrong(_("“points” must be from 0 to 100."))
        options.append(Option(table.key(), table.words("text"), points))
    one.unique(option.key for option in options)
    if len({option.points is None for option in options}) > 1:
        one.wrong(_("Some options have points and some have none; give them to all, or to none."))
    return tuple(options)


def _scoring(one: _Table, sections: tuple[Section, ...], items: list[Item]) -> Scoring:
    one.only("method unanswered result")
    method = one.values.get("method")
    unanswered = one.one_of("unanswered", ("zero", "rebase"), "zero")
    if unanswered == "rebase" and method != "mean":
        one.wrong(_("“unanswered” rebase is for the method “mean”; remove it."))
    results = tuple(_result(table, items) for table in one.tables("result", _("result"), least=0))
    one.unique(result.key for result in results)
    if results and (results[0].start != 0 or any(a.start >= b.start for a, b in pairwise(results))):
        one.wrong(_("Results stand in rising order of “from”, and the first begins at 0."))
    if method == "ladder":
        _check_ladder(one, results, sections)
    elif results and results[-1].start > _most(str(method), items):
        told = {"most": _most(str(method), items), "key": results[-1].key}
        one.wrong(_("“%(key)s” begins above %(most)s, the highest score there is; lower its “from”.") % told)
    return Scoring(method=cast("Method", method or "mean"), unanswered=unanswered, results=results)


def _check_ladder(one: _Table, results: tuple[Result, ...], sections: tuple[Section, ...]) -> None:
    if len(results) > 1:
        one.wrong(_("A ladder names its stages by its sections; keep only the result that begins at 0."))
    for section in sections:
        if section.items and not any(item.scored for item in section.items):
            told = {"key": section.key}
            one.wrong(_("The stage “%(key)s” has no criterion; give it a yes-no item.") % told)


def _most(method: str, items: list[Item]) -> Decimal:
    scored = [item for item in items if item.scored]
    if method == "mean":
        return Decimal(100)
    return Decimal(len(scored)) if method == "count" else sum((item.weight for item in scored), Decimal(0))


def _result(one: _Table, items: list[Item]) -> Result:
    one.only("key from title state text needs")
    needs = one.values.get("needs", [])
    known = {item.key for item in items}
    if not isinstance(needs, list) or not all(isinstance(key, str) and key in known for key in needs):
        one.wrong(_("“needs” must be a list of keys of items that stand in this file."))
        needs = []
    start = one.number("from")
    if start is None:
        one.wrong(_("“from” is missing; write the score at which this result begins."))
    return Result(
        key=one.key(),
        start=start or Decimal(0),
        title=one.words("title"),
        state=cast("State", one.one_of("state", get_args(State), "neutral")),
        text=one.maybe_words("text"),
        needs=tuple(needs),
    )


# --- writing -------------------------------------------------------------------------------------


def write(tables: Mapping[str, Any]) -> str:
    """The tables of an instrument as a file that `document` reads back to the same tables."""
    return "\n".join(_lines(tables, "")).strip() + "\n"


def _lines(tables: Mapping[str, Any], path: str) -> list[str]:
    lines = [line for name, value in tables.items() for line in _plain_lines(name, value)]
    for name, value in tables.items():
        inside = f"{path}.{name}" if path else name
        if isinstance(value, dict) and not _is_words(value):
            lines += ["", f"[{inside}]", *_lines(value, inside)]
        elif _is_tables(value):
            for one in value:
                lines += ["", f"[[{inside}]]", *_lines(one, inside)]
    return lines


def _plain_lines(name: str, value: Any) -> list[str]:
    """What stands in the table itself: single values, and a text in its languages."""
    if _is_words(value):
        return [f"{name}.{language} = {_quoted(text)}" for language, text in value.items()]
    return [] if isinstance(value, dict) or _is_tables(value) else [f"{name} = {_value(value)}"]


def _is_words(value: Any) -> bool:
    return isinstance(value, dict) and set(value) <= set(LANGUAGES) and bool(value)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return str(value)


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    return f"\\u{ord(letter):04x}" if ord(letter) < 32 or ord(letter) == 127 else letter
