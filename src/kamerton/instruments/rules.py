"""What answers are worth: reading one, the score with its parts, what is missing or stale, comparisons. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from kamerton.core.refused import Refused
from kamerton.instruments.definition import Definition, Item, Result, Section

LONGEST_ANSWER = 4000
_NUMBER = re.compile(r"[+-]?\d{1,13}(?:\.\d{1,6})?")
_GAPS = str.maketrans("", "", " \u00a0\u202f'")


@dataclass(frozen=True, slots=True)
class Given:
    """One answer in its stored form (see `read`), with the day on which it was true."""

    value: str
    evidence: str
    answered_on: dt.date


Answers = Mapping[str, Given]


class WrongKind(Refused):
    """An answer that is not of its item's kind."""

    def __init__(self, what: str) -> None:
        super().__init__(what, code="wrong_kind", hint=_("The answer was not changed."))


# --- one answer ----------------------------------------------------------------------------------


def read(item: Item, raw: str) -> str:
    """`raw` in its stored form: "yes", "4", a key of an option, "12.5", "2026-03-02", text. "": no answer.

    Raises WrongKind, which says what would be one.
    """
    text = raw.replace("\x00", "").strip()
    if not text:
        return ""
    return _READERS[item.kind](item, text)


def read_evidence(item: Item, raw: str) -> str:
    """Evidence in its stored form; "" where the item takes none. Raises WrongKind where it is too long."""
    return "" if item.evidence == "none" else _read_text(item, raw.replace("\x00", "").strip())


def _read_yes_no(_item: Item, text: str) -> str:
    if text not in {"yes", "no"}:
        raise WrongKind(_("The answer is yes or no, not “%(text)s”.") % {"text": text[:40]})
    return text


def _read_scale(item: Item, text: str) -> str:
    low, high = int(item.low or 0), int(item.high or 0)
    if not re.fullmatch(r"-?\d{1,3}", text) or not low <= int(text) <= high:
        told = {"low": low, "high": high, "text": text[:40]}
        raise WrongKind(_("The answer is a whole number from %(low)s to %(high)s, not “%(text)s”.") % told)
    return str(int(text))


def _read_choice(item: Item, text: str) -> str:
    if text not in {option.key for option in item.options}:
        raise WrongKind(_("“%(text)s” is not one of the answers.") % {"text": text[:40]})
    return text


def _read_number(item: Item, text: str) -> str:
    plain = text.translate(_GAPS).replace("−", "-").replace(",", ".")
    if not _NUMBER.fullmatch(plain) or not plain.isascii():
        raise WrongKind(_("“%(text)s” is no number; write one like 12 or 12.5.") % {"text": text[:40]})
    value = Decimal(plain)
    if item.low is not None and value < item.low:
        raise WrongKind(_("The number is at least %(low)s.") % {"low": item.low})
    if item.high is not None and value > item.high:
        raise WrongKind(_("The number is at most %(high)s.") % {"high": item.high})
    return f"{value:f}"


def _read_text(_item: Item, text: str) -> str:
    if len(text) > LONGEST_ANSWER:
        told = {"length": len(text), "most": LONGEST_ANSWER}
        raise WrongKind(_("The text has %(length)s characters; %(most)s are the most.") % told)
    return text


def _read_date(_item: Item, text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise WrongKind(
            _("“%(text)s” is no date; write one like 2026-03-02.") % {"text": text[:40]}
        ) from None


_READERS: Mapping[str, Callable[[Item, str], str]] = {
    "yes-no": _read_yes_no,
    "scale": _read_scale,
    "choice": _read_choice,
    "number": _read_number,
    "text": _read_text,
    "date": _read_date,
}


def worth(item: Item, value: str) -> Decimal | None:
    """What an answer earns of its weight, 0 to 1; None without an answer. What is not measured earns by being there."""
    if not value:
        return None
    if item.kind == "yes-no":
        return Decimal(value == item.counts)
    if item.kind == "scale":
        part = _between(Decimal(value), item.low or Decimal(0), item.high or Decimal(1))
        return part if item.better == "high" else 1 - part
    if item.kind == "choice":
        points = next((option.points for option in item.options if option.key == value), None)
        return Decimal(1) if points is None else points / 100
    if item.kind == "number" and item.zero_at is not None and item.full_at is not None:
        return _between(Decimal(value), item.zero_at, item.full_at)
    return Decimal(1)


def _between(value: Decimal, zero: Decimal, full: Decimal) -> Decimal:
    return min(Decimal(1), max(Decimal(0), (value - zero) / (full - zero)))


# --- the score -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """What one section brings: its points of the score, out of the most it could. `reached`: a stage that stands."""

    key: str
    points: float
    out_of: float
    answered: int
    of: int
    reached: bool


@dataclass(frozen=True, slots=True)
class ItemPart:
    """What one scored item brings. `worth` 0 to 1, None where it has no answer; `weight` as it counted."""

    key: str
    worth: float | None
    points: float
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """`value` in the units of the method, out of `out_of`; `percent` 0 to 100. None: nothing to score yet.

    The points of the parts, and of the items, add up to the value (in a ladder: of stages, not items).
    `unmet`: keys of scored items that do not earn all they could. `result`: key of the named outcome; in a
    ladder the highest stage reached.
    """

    method: str
    value: float | None
    out_of: float
    percent: float | None
    result: str
    parts: tuple[Part, ...]
    items: tuple[ItemPart, ...]
    unmet: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def score_from_json(stored: Mapping[str, Any]) -> Score:
    """What Score.as_json made, read back."""
    parts = tuple(Part(**part) for part in stored["parts"])
    items = tuple(ItemPart(**part) for part in stored["items"])
    return Score(**{**stored, "parts": parts, "items": items, "unmet": tuple(stored["unmet"])})


def score(definition: Definition, answers: Answers) -> Score:
    """The score of `answers`, complete or not."""
    worths = {
        item.key: worth(item, answers[item.key].value) if item.key in answers else None
        for item in definition
        if item.scored
    }
    if definition.scoring.method == "ladder":
        return _ladder(definition, worths)
    weights = _weights(definition, worths)
    total = sum(weights.values(), Decimal(0))
    parts = tuple(_part(section, worths, weights) for section in definition.sections)
    value = _exact(sum((weights[key] * (worths[key] or 0) for key in weights), Decimal(0))) if total else None
    out_of = Decimal(100) if definition.scoring.method == "mean" else total
    return Score(
        method=definition.scoring.method,
        value=None if value is None else _plain(value),
        out_of=_plain(out_of),
        percent=None if value is None else _plain(min(Decimal(100), 100 * value / total)),
        result=_result(definition, value, worths, answers),
        parts=parts,
        items=tuple(_item_part(key, worths[key], weights.get(key)) for key in worths),
        unmet=_unmet(worths),
    )


def _weights(definition: Definition, worths: Mapping[str, Decimal | None]) -> dict[str, Decimal]:
    """The weight of each scored item in the units of the score; for a mean they add up to 100."""
    method = definition.scoring.method
    if method == "count":
        return dict.fromkeys(worths, Decimal(1))
    weights = {key: weight for section in definition.sections for key, weight in _within(section)}
    if method == "sum":
        return weights
    if definition.scoring.unanswered == "rebase":
        weights = {key: weight for key, weight in weights.items() if worths[key] is not None}
    total = sum(weights.values(), Decimal(0))
    return {key: 100 * weight / total for key, weight in weights.items()}


def _within(section: Section) -> list[tuple[str, Decimal]]:
    """Items with their weights; a section with a weight of its own shares that out among them."""
    scored = [item for item in section.items if item.scored]
    total = sum((item.weight for item in scored), Decimal(0))
    share = Decimal(1) if section.weight is None or not total else section.weight / total
    return [(item.key, item.weight * share) for item in scored]


def _part(section: Section, worths: Mapping[str, Decimal | None], weights: Mapping[str, Decimal]) -> Part:
    keys = [item.key for item in section.items if item.scored]
    counted = [key for key in keys if key in weights]
    return Part(
        key=section.key,
        points=_plain(sum((weights[key] * (worths[key] or 0) for key in counted), Decimal(0))),
        out_of=_plain(sum((weights[key] for key in counted), Decimal(0))),
        answered=sum(worths[key] is not None for key in keys),
        of=len(keys),
        reached=bool(keys) and all(worths[key] == 1 for key in keys),
    )


def _item_part(key: str, part: Decimal | None, weight: Decimal | None) -> ItemPart:
    weight = weight or Decimal(0)
    return ItemPart(key, None if part is None else _plain(part), _plain(weight * (part or 0)), _plain(weight))


def _ladder(definition: Definition, worths: Mapping[str, Decimal | None]) -> Score:
    """A stage is reached when its criteria and those of every stage below are met."""
    parts, stage, standing = [], 0, True
    for section in definition.sections:
        keys = [item.key for item in section.items if item.scored]
        met = [key for key in keys if worths[key] == 1]
        standing = standing and len(met) == len(keys)
        stage += standing
        answered = sum(worths[key] is not None for key in keys)
        parts.append(Part(section.key, float(len(met)), float(len(keys)), answered, len(keys), standing))
    steps = len(definition.sections)
    bottom = definition.scoring.results[0].key if definition.scoring.results else ""
    return Score(
        method="ladder",
        value=float(stage),
        out_of=float(steps),
        percent=_plain(Decimal(100 * stage) / steps),
        result=definition.sections[stage - 1].key if stage else bottom,
        parts=tuple(parts),
        items=tuple(_item_part(key, part, Decimal(1)) for key, part in worths.items()),
        unmet=_unmet(worths),
    )


def _unmet(worths: Mapping[str, Decimal | None]) -> tuple[str, ...]:
    return tuple(key for key, part in worths.items() if part != 1)


def _result(
    definition: Definition, value: Decimal | None, worths: Mapping[str, Decimal | None], answers: Answers
) -> str:
    """The highest result whose start is reached and whose needs are met."""
    if value is None:
        return ""
    reached = [
        result.key
        for result in definition.scoring.results
        if value >= result.start and all(_is_met(key, worths, answers) for key in result.needs)
    ]
    return reached[-1] if reached else ""


def _is_met(key: str, worths: Mapping[str, Decimal | None], answers: Answers) -> bool:
    return worths[key] == 1 if key in worths else key in answers and bool(answers[key].value)


def _exact(value: Decimal) -> Decimal:
    """Sixths and sevenths of a hundred add up to a hundred again, so that the highest result is reached."""
    return round(value, 9)


def _plain(value: Decimal) -> float:
    """Enough places that parts still add up, few enough to be read."""
    return float(round(value, 6))


def result_of(definition: Definition, key: str) -> Result | None:
    """The named outcome with this key; a stage of a ladder is one too."""
    named = next((one for one in definition.scoring.results if one.key == key), None)
    if named or definition.scoring.method != "ladder":
        return named
    for number, section in enumerate(definition.sections, start=1):
        if section.key == key:
            top = number == len(definition.sections)
            return Result(key, Decimal(number), section.title, "good" if top else "info", section.help)
    return None


# --- missing and stale ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Missing:
    item: str
    what: Literal["answer", "evidence"]


def missing(definition: Definition, answers: Answers) -> tuple[Missing, ...]:
    """What must still be given before the assessment can be finished, in the order of the page."""
    found = []
    for item in definition:
        given = answers.get(item.key)
        value = given.value if given else ""
        if item.required and not value:
            found.append(Missing(item.key, "answer"))
        elif needs_evidence(item, value) and not (given and given.evidence.strip()):
            found.append(Missing(item.key, "evidence"))
    return tuple(found)


def needs_evidence(item: Item, value: str) -> bool:
    return bool(value) and (item.evidence == "always" or (item.evidence == "on-yes" and value == "yes"))


def stale_from(item: Item, answered_on: dt.date) -> dt.date | None:
    """The first day on which an answer of `answered_on` is stale; None: never."""
    if item.fresh_days is None:
        return None
    try:
        return answered_on + dt.timedelta(days=item.fresh_days + 1)
    except OverflowError:
        return None


def stale(definition: Definition, answers: Answers, on: dt.date) -> tuple[str, ...]:
    """Keys of items whose answers are too old at the date `on`."""
    found = []
    for item in definition:
        given = answers.get(item.key)
        since = stale_from(item, given.answered_on) if given and given.value else None
        if since and on >= since:
            found.append(item.key)
    return tuple(found)


# --- comparisons ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """An item whose answer differs. `by`: change of its worth, -1 to 1; None where one side has none."""

    item: str
    before: str
    after: str
    by: float | None


@dataclass(frozen=True, slots=True)
class Movement:
    """From one assessment to a later one. `by` in the units of the score; None where they cannot be compared."""

    before: float | None
    after: float | None
    by: float | None
    result_before: str
    result_after: str
    moved: tuple[Moved, ...]
    added: tuple[str, ...]  # items that the earlier version did not have
    removed: tuple[str, ...]

    @property
    def is_still(self) -> bool:
        return not (self.moved or self.by)


def compare(old: Definition, old_answers: Answers, new: Definition, new_answers: Answers) -> Movement:
    """What moved, and by how much. Versions may differ: items that both have in the same kind are compared."""
    before, after = score(old, old_answers), score(new, new_answers)
    same_units = before.method == after.method and before.out_of == after.out_of
    by = None
    if same_units and before.value is not None and after.value is not None:
        by = round(after.value - before.value, 6)
    pairs = [(old.by_key[item.key], item) for item in new if _comparable(old, item)]
    return Movement(
        before=before.value,
        after=after.value,
        by=by,
        result_before=before.result,
        result_after=after.result,
        moved=tuple(
            _moved(pair, old_answers, new_answers)
            for pair in pairs
            if _differs(pair[1], old_answers, new_answers)
        ),
        added=tuple(item.key for item in new if not _comparable(old, item)),
        removed=tuple(item.key for item in old if not _comparable(new, item)),
    )


def _comparable(other: Definition, item: Item) -> bool:
    return item.key in other.by_key and other.by_key[item.key].kind == item.kind


def _value(answers: Answers, key: str) -> str:
    return answers[key].value if key in answers else ""


def _differs(item: Item, old: Answers, new: Answers) -> bool:
    return _value(old, item.key) != _value(new, item.key)


def _moved(pair: tuple[Item, Item], old: Answers, new: Answers) -> Moved:
    earlier, later = pair
    before, after = _value(old, later.key), _value(new, later.key)
    by = None
    if later.scored and earlier.scored:
        was, now = worth(earlier, before), worth(later, after)
        by = None if was is None or now is None else _plain(now - was)
    return Moved(later.key, before, after, by)


@dataclass(frozen=True, slots=True)
class Opinion:
    """One item as several raters answered it. `mean` and `spread` of the worths, 0 to 1; None: not scored."""

    item: str
    values: tuple[str, ...]  # in the order of the raters; "" where one has no answer
    mean: float | None
    spread: float | None
    differ: bool


@dataclass(frozen=True, slots=True)
class Raters:
    """Several raters about the same subject. `enough`: as many as the instrument asks for."""

    scores: tuple[Score, ...]
    mean: float | None  # of the percentages
    spread: float | None  # highest less lowest percentage
    enough: bool
    opinions: tuple[Opinion, ...]  # where they differ most, first


def compare_raters(rated: Sequence[tuple[Definition, Answers]], *, differ_from: float = 0.5) -> Raters:
    """How several raters' latest assessments agree. `differ_from`: the spread of worths that is a difference.

    The last one's definition names the items; an older version's items of the same key and kind are set beside.
    """
    scores = tuple(score(definition, answers) for definition, answers in rated)
    percents = [one.percent for one in scores if one.percent is not None]
    shown = rated[-1][0] if rated else None
    opinions = [_opinion(item, rated, differ_from) for item in shown or ()]
    return Raters(
        scores=scores,
        mean=_mean(percents),
        spread=_spread(percents),
        enough=shown is not None and len(rated) >= shown.raters,
        opinions=tuple(sorted(opinions, key=lambda one: (not one.differ, -(one.spread or 0)))),
    )


def _opinion(item: Item, rated: Iterable[tuple[Definition, Answers]], differ_from: float) -> Opinion:
    pairs = [
        (definition.by_key[item.key], _value(answers, item.key))
        if _comparable(definition, item)
        else (item, "")
        for definition, answers in rated
    ]
    worths = [worth(own, value) for own, value in pairs] if item.scored else []
    known = [float(part) for part in worths if part is not None]
    spread = _spread(known)
    told = {value for _own, value in pairs if value}
    differ = (
        spread >= differ_from if spread is not None else len(told) > 1 and item.kind in {"yes-no", "choice"}
    )
    return Opinion(item.key, tuple(value for _own, value in pairs), _mean(known), spread, differ)


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None


def _spread(values: Sequence[float]) -> float | None:
    return round(max(values) - min(values), 6) if values else None


def one_sided(definition: Definition, answers: Answers) -> Literal["", "all-best", "all-worst"]:
    """Whether every scored answer is the best, or the worst, there is: more often a mood than a finding."""
    worths = [worth(item, _value(answers, item.key)) for item in definition if item.scored]
    known = {part for part in worths if part is not None}
    if len(known) != 1 or len([part for part in worths if part is not None]) < 2:
        return ""
    return "all-best" if known == {Decimal(1)} else "all-worst" if known == {Decimal(0)} else ""
