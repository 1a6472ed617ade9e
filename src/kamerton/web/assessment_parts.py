"""What the pages of an assessment hand to their templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kamerton.instruments import queries, rules
from kamerton.instruments.actions import Reply
from kamerton.instruments.definition import Definition, Item
from kamerton.instruments.models import Assessment
from kamerton.instruments.outline import Block, Line, outline, worded
from kamerton.instruments.rules import Answers, Given
from kamerton.instruments.subjects import Subject
from kamerton.web import formats
from kamerton.web.instrument_words import (
    figure,
    manner,
    movement_words,
    needs_words,
    result_badge,
    result_words,
    said,
    score_words,
)
from kamerton.web.parts import Badge, Cell, Column, Row, Table

MOST_RATERS = 6  # columns of a table that is still read

#: The answers of every assessment in sight, by its number.
AllAnswers = Mapping[int, Mapping[str, Given]]


# --- the form ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class State:
    """What stands beside an answer: stale with its date, or nothing. `key` names its item."""

    key: str
    is_stale: bool = False
    answered: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One item as inputs. `choices` are radio buttons; without them `control` is text, number or date."""

    item: Item
    text: str
    help: str
    hint: str
    value: str
    evidence: str
    choices: tuple[Choice, ...]
    ends: tuple[str, str]
    unit: str
    error: str
    state: State


@dataclass(frozen=True, slots=True)
class FormBlock:
    heading: str
    help: str
    questions: tuple[Question, ...]


def form_blocks(
    definition: Definition,
    answers: Answers,
    today: dt.date,
    wrong: Mapping[str, str],
    posted: Mapping[str, Reply],
    missing: Mapping[str, str],
) -> list[FormBlock]:
    """The form, with what was typed where it was refused."""
    errors = {key: _missing_words(what) for key, what in missing.items()} | dict(wrong)
    return [
        FormBlock(
            said(section.title),
            said(section.help),
            tuple(
                _question(item, answers.get(item.key), posted.get(item.key), today, errors.get(item.key, ""))
                for item in section.items
            ),
        )
        for section in definition.sections
    ]


def _missing_words(what: str) -> str:
    return _("Evidence is still needed.") if what == "evidence" else _("An answer is still needed.")


def _question(item: Item, given: Given | None, typed: Reply | None, today: dt.date, error: str) -> Question:
    value = typed.value if typed else given.value if given else ""
    return Question(
        item=item,
        text=said(item.text),
        help=said(item.help),
        hint=needs_words(item),
        value=value,
        evidence=typed.evidence if typed else given.evidence if given else "",
        choices=_choices(item, value),
        ends=(said(item.low_words), said(item.high_words)),
        unit=said(item.unit),
        error=error,
        state=state_of(item, given, today),
    )


def _choices(item: Item, value: str) -> tuple[Choice, ...]:
    """The radio buttons of an item; an answer that need not be given can be taken back."""
    if item.kind == "yes-no":
        named = [("yes", _("Yes")), ("no", _("No"))]
    elif item.kind == "scale":
        named = [(str(at), formats.number(at)) for at in range(int(item.low or 0), int(item.high or 0) + 1)]
    elif item.kind == "choice":
        named = [(option.key, said(option.text)) for option in item.options]
    else:
        return ()
    named.append(("", _("No answer")))
    return tuple(Choice(key, label, key == value) for key, label in named)


def state_of(item: Item, given: Given | None, today: dt.date) -> State:
    if given is None or not given.value:
        return State(item.key)
    since = rules.stale_from(item, given.answered_on)
    return State(item.key, since is not None and today >= since, formats.date(given.answered_on, short=True))


def progress(definition: Definition, answers: Answers, today: dt.date) -> str:
    """How far it is: answered, needed before it can be finished, stale."""
    total = len(definition.by_key)
    answered = sum(1 for item in definition if item.key in answers and answers[item.key].value)
    told = [
        _("%(done)s of %(total)s answered")
        % {"done": formats.number(answered), "total": formats.number(total)}
    ]
    missing, stale = len(rules.missing(definition, answers)), len(rules.stale(definition, answers, today))
    if missing:
        text = ngettext("%(count)s needed before finishing", "%(count)s needed before finishing", missing)
        told.append(text % {"count": formats.number(missing)})
    if stale:
        text = ngettext("%(count)s old answer", "%(count)s old answers", stale)
        told.append(text % {"count": formats.number(stale)})
    return ", ".join(told)


def named(definition: Definition, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Items with their questions, to link to."""
    wanted = set(keys)
    return [(item.key, said(item.text)) for item in definition if item.key in wanted]


# --- the result ----------------------------------------------------------------------------------


def result(
    found: Assessment,
    before: Assessment | None,
    rated: Sequence[Assessment],
    answers: AllAnswers,
    subject: Subject,
    today: dt.date,
) -> dict[str, Any]:
    """Everything that the page of a finished assessment shows."""
    definition, own = queries.definition_of(found.instrument), answers[found.pk]
    score = rules.score_from_json(found.parts) if found.parts else rules.score(definition, own)
    movement = None
    if before:
        earlier = queries.definition_of(before.instrument)
        movement = rules.compare(earlier, answers[before.pk], definition, own)
    shown = outline(definition, own, manner(), on=today, score=score)
    several = len({one.rater_id for one in rated}) > 1
    return {
        "title": shown.title,
        "lead": _result_sentence(definition, score, subject, movement, before),
        "note": _made_by(found),
        "badge": result_badge(definition, score.result),
        "meaning": _meaning(definition, score.result),
        "mood": _mood(definition, own),
        "parts": _parts_table(definition, score),
        "unmet": [said(definition.by_key[key].text) for key in score.unmet if key in definition.by_key],
        "blocks": [(block, _answers_table(block, score)) for block in shown.blocks],
        "moved": _moved_table(definition, movement, before) if movement and movement.moved else None,
        "raters": _raters(rated, answers) if several else None,
    }


def _result_sentence(
    definition: Definition,
    score: rules.Score,
    subject: Subject,
    movement: rules.Movement | None,
    before: Assessment | None,
) -> str:
    named = result_words(definition, score.result)
    words = score_words(score)
    what = format_html("<strong>{}</strong>, {}", named, words) if named else format_html("{}", words)
    who = format_html("{}: ", subject.name) if subject.name else ""
    if movement is None or before is None or score.value is None:
        return format_html("{}{}.", who, what)
    return format_html("{}{}. {}", who, what, movement_words(movement, _day(before)))


def _day(one: Assessment) -> str:
    return formats.date(timezone.localdate(one.finished_at)) if one.finished_at else formats.MISSING


def _made_by(found: Assessment) -> str:
    told = {"who": found.rater.display_name, "day": _day(found), "version": found.instrument.version}
    return _("By %(who)s, %(day)s, with version %(version)s.") % told


def _meaning(definition: Definition, key: str) -> str:
    one = rules.result_of(definition, key)
    return said(one.text) if one else ""


def _mood(definition: Definition, answers: Answers) -> str:
    kind = rules.one_sided(definition, answers)
    if kind == "all-best" and definition.raters > 1:
        return _("Every answer is the best there is: more often a mood than a finding.")
    if kind == "all-worst" and definition.raters > 1:
        return _("Every answer is the worst there is: more often a mood than a finding.")
    return ""


def _parts_table(definition: Definition, score: rules.Score) -> Table:
    if score.method == "ladder":
        return _stages_table(definition, score)
    titles = {section.key: said(section.title) for section in definition.sections}
    rows = [
        Row(
            [
                titles[part.key],
                Cell(figure(part.points), share=part.points / part.out_of if part.out_of else None),
                figure(part.out_of),
                _("%(done)s of %(total)s") % {"done": part.answered, "total": part.of},
            ]
        )
        for part in score.parts
        if part.of
    ]
    foot = Row([_("Score"), figure(score.value), figure(score.out_of), ""], strong=True)
    columns = [
        Column(_("Section")),
        Column(_("Points"), numeric=True),
        Column(_("Out of"), numeric=True),
        Column(_("Answered"), numeric=True),
    ]
    return Table(columns, rows, _("The score and its parts"), foot=foot)


def _stages_table(definition: Definition, score: rules.Score) -> Table:
    titles = {section.key: section for section in definition.sections}
    rows = []
    for part in score.parts:
        badge = (
            Badge("good", _("Reached"))
            if part.reached
            else Badge("neutral", pgettext("stage", "Open"), soft=True)
        )
        section = titles[part.key]
        met = _("%(done)s of %(total)s") % {"done": figure(part.points), "total": figure(part.out_of)}
        rows.append(Row([Cell(said(section.title), sub=said(section.help)), met, Cell(badges=(badge,))]))
    columns = [Column(_("Stage")), Column(_("Criteria met"), numeric=True), Column(_("Stands"))]
    return Table(columns, rows, _("The stages"))


def _answers_table(block: Block, score: rules.Score) -> Table:
    weighs = score.method in {"mean", "sum"}
    columns = [Column(_("Question")), Column(_("Answer")), Column(_("Said"), numeric=True)]
    if weighs:
        columns.insert(2, Column(_("Points"), numeric=True))
    return Table(columns, [_answer_row(line, weighs) for line in block.lines], block.heading)


def _answer_row(line: Line, weighs: bool) -> Row:
    stale = (Badge("warn", _("Old"), soft=True),) if line.is_stale else ()
    said_on = (
        formats.date(line.answered_on, short=True) if line.answered_on and line.answer else formats.MISSING
    )
    answer = Cell(line.answer or _("No answer"), tone="" if line.answer else "muted", sub=line.evidence)
    cells: list[Cell | str] = [line.question, answer, Cell(said_on, badges=stale)]
    if weighs:
        points = line.part.points if line.part else None
        cells.insert(2, figure(points) if line.part else formats.MISSING)
    return Row(cells)


def _moved_table(definition: Definition, movement: rules.Movement, before: Assessment | None) -> Table:
    rows = []
    for one in movement.moved:
        item = definition.by_key[one.item]
        rows.append(
            Row(
                [
                    said(item.text),
                    worded(item, one.before, manner()) or _("No answer"),
                    worded(item, one.after, manner()) or _("No answer"),
                    _moved_cell(one),
                ]
            )
        )
    when = _day(before) if before else ""
    columns = [Column(_("Question")), Column(when), Column(_("Now")), Column(_("Change"), numeric=True)]
    return Table(columns, rows, _("What moved"))


def _moved_cell(one: rules.Moved) -> Cell:
    """Better or worse, where both answers earn something that can be compared."""
    if one.by:
        better = one.by > 0
        words = _("better") if better else _("worse")
        return Cell(change=formats.Change(words, "up" if better else "down", "good" if better else "bad"))
    if one.before and one.after:
        return Cell(_("changed"), tone="muted")
    return Cell(_("new answer") if one.after else _("taken back"), tone="muted")


@dataclass(frozen=True, slots=True)
class RatersPart:
    sentence: str
    table: Table
    warning: str


def _raters(rated: Sequence[Assessment], answers: AllAnswers) -> RatersPart:
    """Opinions side by side, where they differ first."""
    chosen = rated[-MOST_RATERS:]
    pairs = [(queries.definition_of(one.instrument), answers[one.pk]) for one in chosen]
    found = rules.compare_raters(pairs)
    definition = pairs[-1][0]
    scores = Row([_("Score"), *(score_words(score) for score in found.scores), ""], strong=True)
    rows = [_opinion_row(definition, one) for one in found.opinions]
    columns = [
        Column(_("Question")),
        *(Column(one.rater.display_name) for one in chosen),
        Column(_("Agreement")),
    ]
    warning = ""
    if not found.enough:
        text = ngettext("It takes %(count)s rater to say something.", "It takes %(count)s raters to say something.",
                        definition.raters)  # fmt: skip
        warning = text % {"count": definition.raters}
    table = Table(columns, rows, _("Several raters"), foot=scores)
    return RatersPart(_raters_sentence(found), table, warning)


def _opinion_row(definition: Definition, one: rules.Opinion) -> Row:
    item = definition.by_key[one.item]
    told = [worded(item, value, manner()) or formats.MISSING for value in one.values]
    mark = Cell(badges=(Badge("warn", _("differ"), soft=True),)) if one.differ else _("agree")
    if len([value for value in one.values if value]) < 2:
        mark = formats.MISSING
    return Row([said(item.text), *told, mark])


def _raters_sentence(found: rules.Raters) -> str:
    differ = sum(one.differ for one in found.opinions)
    text = ngettext("They differ on %(count)s question.", "They differ on %(count)s questions.", differ)
    told = text % {"count": formats.number(differ)} if differ else _("They agree on every question.")
    if (
        found.mean is None
        or found.spread is None
        or len({(one.method, one.out_of) for one in found.scores}) > 1
    ):
        return told
    most = found.scores[-1].out_of
    mean = _("On average %(mean)s of %(most)s; the highest and the lowest lie %(spread)s apart.") % {
        "mean": figure(found.mean * most / 100),
        "most": figure(most),
        "spread": figure(found.spread * most / 100),
    }
    return f"{mean} {told}"


# --- history -------------------------------------------------------------------------------------


def history_sentence(count: int, subject: Subject) -> str:
    text = ngettext("%(count)s finished assessment", "%(count)s finished assessments", count)
    made = text % {"count": formats.number(count)}
    return _("%(name)s: %(made)s.") % {"name": subject.name, "made": made} if subject.name else f"{made}."


def history_table(found: Iterable[Assessment]) -> Table:
    columns = [
        Column(_("Finished")),
        Column(_("By")),
        Column(_("Result")),
        Column(_("Score"), numeric=True),
        Column(_("Version"), numeric=True, minor=True),
    ]
    return Table(columns, [_history_row(one) for one in found], _("Assessments"))


def _history_row(one: Assessment) -> Row:
    definition = queries.definition_of(one.instrument)
    badge = result_badge(definition, one.result)
    score = rules.score_from_json(one.parts) if one.parts else None
    return Row(
        [
            Cell(_day(one), reverse("assessment", args=[one.pk])),
            one.rater.display_name,
            Cell(badges=(badge,)) if badge else formats.MISSING,
            score_words(score),
            str(one.instrument.version),
        ]
    )
