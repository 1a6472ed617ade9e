"""The map of who decides as a slide of native shapes: boxes for people, connectors for lines. No database, no clock.

Places are those of accounts.map_layout, scaled to the slide. Every box is named like the person, every connector like
the line that it draws ("report 7 > 3", "ally 3 > 9"), so that the slide can be read by a program as well.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kamerton.accounts import choices, map_layout, vocabulary
from kamerton.accounts.decision_unit import Combined, Person, Unit, best_tie, combined
from kamerton.core.telling import day_in_words

#: English metric units of one inch, the size of the slide and of the field of the map on it.
INCH = 914_400
WIDTH, HEIGHT = int(13.333 * INCH), int(7.5 * INCH)
LEFT, TOP, RIGHT, BOTTOM = (
    int(0.5 * INCH),
    int(1.25 * INCH),
    WIDTH - int(0.5 * INCH),
    HEIGHT - int(0.85 * INCH),
)
FULL = INCH / 96  # of one unit of the layout, at most: a card is 2.25 inches wide

INK, QUIET, RULE = "1F2A30", "5D6A72", "B9C2C8"
#: Support -> (colour, sign): never colour alone.
SUPPORTS: Mapping[int | None, tuple[str, str]] = {
    2: ("1E7A4B", "++"), 1: ("4E9A72", "+"), 0: ("7C8890", "○"), -1: ("A86A12", "–"), -2: ("B3261E", "– –"), None: (RULE, ""),
}  # fmt: skip
#: Relation -> (colour, dashed, arrow).
LINES: Mapping[str, tuple[str, bool, bool]] = {
    "influences": ("1B5E7A", False, True), "blocks": ("B3261E", False, True), "ally": ("1E7A4B", False, False),
    "rival": ("A86A12", True, False), "knows": ("7C8890", True, False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scale:
    """From places of the layout to the slide: its field holds every card."""

    factor: float
    left: float
    top: float

    def box(self, place: map_layout.Place) -> tuple[int, int, int, int]:
        x = self.left + (place.x - map_layout.WIDTH / 2) * self.factor
        y = self.top + (place.y - map_layout.HEIGHT / 2) * self.factor
        return int(x), int(y), int(map_layout.WIDTH * self.factor), int(map_layout.HEIGHT * self.factor)

    @property
    def points(self) -> float:
        """The size of a name, in points."""
        return max(5.0, 13 * self.factor / FULL)


def slide(unit: Unit, *, title: str, mark: str = "") -> bytes:
    """One slide as PPTX. `mark`: said on it where it holds something secret."""
    from pptx import Presentation  # noqa: PLC0415 - only where a slide is asked for
    from pptx.util import Emu  # noqa: PLC0415

    deck = Presentation()
    deck.slide_width, deck.slide_height = Emu(WIDTH), Emu(HEIGHT)
    page = deck.slides.add_slide(deck.slide_layouts[6])
    _heading(page, unit, title)
    places = map_layout.layout(unit.present())
    scale = _scale(places.values())
    opinions = combined(unit)
    boxes = {
        each.id: _box(page, each, places[each.id], scale, opinions[each.id], unit) for each in unit.present()
    }
    lines = [*_reports(page, unit, boxes, places), *_relations(page, unit, boxes)]
    for line in lines:  # behind the boxes
        page.shapes._spTree.insert(2, line._element)  # noqa: SLF001 - python-pptx has no word for the order
    _foot(page, mark, next((each.pack for each in unit.people), ""))
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


def _scale(places: Iterable[map_layout.Place]) -> _Scale:
    spots = list(places)
    if not spots:
        return _Scale(FULL, LEFT, TOP)
    left, right = (f(place.x for place in spots) for f in (min, max))
    top, bottom = (f(place.y for place in spots) for f in (min, max))
    wide, high = right - left + map_layout.WIDTH, bottom - top + map_layout.HEIGHT
    factor = min(FULL, (RIGHT - LEFT) / wide, (BOTTOM - TOP) / high)
    start = LEFT + ((RIGHT - LEFT) - wide * factor) / 2
    return _Scale(
        factor, start - (left - map_layout.WIDTH / 2) * factor, TOP - (top - map_layout.HEIGHT / 2) * factor
    )


def _text(
    page: Any, at: tuple[int, int, int, int], text: str, size: float, colour: str, *, bold: bool = False
) -> Any:
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    shape = page.shapes.add_textbox(*at)
    shape.text_frame.word_wrap = True
    run = shape.text_frame.paragraphs[0].add_run()
    run.text, run.font.size, run.font.bold = text, Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)
    return shape


def heading(unit: Unit, title: str) -> dict[str, str]:
    """What stands over the map."""
    return {
        "title": _("%(name)s: who decides") % {"name": title},
        "day": _("As of %(day)s") % {"day": day_in_words(unit.on)},
    }


def _heading(page: Any, unit: Unit, title: str) -> None:
    told = heading(unit, title)
    over, under = (
        (LEFT, int(0.3 * INCH), RIGHT - LEFT, INCH // 2),
        (LEFT, int(0.8 * INCH), RIGHT - LEFT, INCH // 3),
    )
    _text(page, over, told["title"], 24, INK, bold=True).name = "title"
    _text(page, under, told["day"], 12, QUIET).name = "day"


def _box(
    page: Any, person: Person, place: map_layout.Place, scale: _Scale, opinion: Combined, unit: Unit
) -> Any:
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.enum.dml import MSO_LINE  # noqa: PLC0415
    from pptx.enum.shapes import MSO_SHAPE  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    colour, _sign = SUPPORTS[opinion.standing]
    shape = page.shapes.add_shape(MSO_SHAPE.ROUNDED_RECTANGLE, *scale.box(place))
    shape.name, shape.adjustments[0] = person.name, 0.08
    shape.shadow.inherit = False
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor(255, 255, 255)
    shape.line.color.rgb, shape.line.width = RGBColor.from_string(colour), Pt(1.5)
    if not person.is_found:
        shape.line.dash_style = MSO_LINE.DASH
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = int(8 * scale.factor)
    frame.margin_top = frame.margin_bottom = 0
    for at, (text, size, ink, bold) in enumerate(_lines(person, opinion, unit)):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.bold = text, bold
        run.font.size, run.font.color.rgb = Pt(round(scale.points * size, 1)), RGBColor.from_string(ink)
    return shape


def _lines(person: Person, opinion: Combined, unit: Unit) -> Iterable[tuple[str, float, str, bool]]:
    """(text, size against the name's, colour, bold) of each line of a card."""
    marks = "".join(sign for sign, on in ((" ★", person.is_vip), (" ◆", person.is_opinion_leader)) if on)
    yield f"{person.name}{marks}", 1.0, INK, True
    if person.post and person.is_found:
        yield person.post, 0.8, QUIET, False
    if person.roles:
        names = dict(choices.decision_roles())
        yield ", ".join(str(names[role]) for role in person.roles if role in names), 0.8, INK, False
    tie = best_tie(unit, person.id)
    ours = {each.id: each.name for each in unit.ours}
    known = (
        f"{ours.get(tie.ours, '')}, {str(dict(choices.tie_depths())[tie.depth]).lower()}"
        if tie
        else _("not covered")
    )
    colour, sign = SUPPORTS[opinion.standing]
    word = str(dict(choices.supports())[opinion.standing]) if opinion.standing is not None else _("not rated")
    yield f"{sign} {word} · {known}".strip(), 0.75, colour if opinion.views else QUIET, False


def _connector(page: Any, kind: Any, name: str, colour: str, width: float) -> Any:
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    line = page.shapes.add_connector(kind, 0, 0, 0, 0)
    line.name = name
    line.line.color.rgb, line.line.width = RGBColor.from_string(colour), Pt(width)
    return line


def _reports(
    page: Any, unit: Unit, boxes: Mapping[int, Any], places: Mapping[int, map_layout.Place]
) -> Iterable[Any]:
    """Down, across and down to the card; to the side of one that hangs in a column."""
    from pptx.enum.shapes import MSO_CONNECTOR  # noqa: PLC0415

    for each in unit.present():
        above = boxes.get(each.reports_to or 0)
        if above is not None:
            box, hangs = (
                boxes[each.id],
                places[each.id].hangs or boxes[each.id].top < above.top + above.height,
            )
            kind = MSO_CONNECTOR.STRAIGHT if hangs else MSO_CONNECTOR.ELBOW
            line = _connector(page, kind, f"report {each.id} > {each.reports_to}", RULE, 1.25)
            line.begin_connect(above, 2)
            line.end_connect(box, 1 if hangs else 0)
            if not hangs:
                _turn(
                    line,
                    above.left + above.width // 2,
                    above.top + above.height,
                    box.left + box.width // 2,
                    box.top,
                )
            yield line


def _turn(line: Any, x: int, y: int, to_x: int, to_y: int) -> None:
    """An elbow leaves sideways; turned by a quarter it leaves downwards: its frame has width and height exchanged."""
    across, down = abs(to_x - x), to_y - y
    frame = line._element.spPr.xfrm  # noqa: SLF001
    frame.off.x, frame.off.y = (x + to_x - down) // 2, (y + to_y - across) // 2
    frame.ext.cx, frame.ext.cy = down, across
    frame.rot, frame.flipH, frame.flipV = 90.0, False, to_x > x


def _relations(page: Any, unit: Unit, boxes: Mapping[int, Any]) -> Iterable[Any]:
    from pptx.enum.dml import MSO_LINE  # noqa: PLC0415
    from pptx.enum.shapes import MSO_CONNECTOR  # noqa: PLC0415

    for link in unit.links:
        if link.of not in boxes or link.to not in boxes:
            continue
        colour, dashed, arrow = LINES[link.kind]
        line = _connector(
            page,
            MSO_CONNECTOR.STRAIGHT,
            f"{link.kind} {link.of} > {link.to}",
            colour,
            0.75 + 0.5 * link.strength,
        )
        begin, end = _sides(boxes[link.of], boxes[link.to])
        line.begin_connect(boxes[link.of], begin)
        line.end_connect(boxes[link.to], end)
        if dashed:
            line.line.dash_style = MSO_LINE.DASH
        if arrow:
            _arrow(line)
        yield line


def _sides(of: Any, to: Any) -> tuple[int, int]:
    """Where a straight line leaves and arrives: 0 top, 1 left, 2 bottom, 3 right."""
    across, down = to.left - of.left, to.top - of.top
    if abs(across) >= of.width:
        return (3, 1) if across > 0 else (1, 3)
    return (2, 0) if down > 0 else (0, 2)


def _arrow(line: Any) -> None:
    from pptx.oxml.ns import qn  # noqa: PLC0415

    outline = line.line._get_or_add_ln()  # noqa: SLF001 - python-pptx has no word for arrow heads
    outline.append(outline.makeelement(qn("a:tailEnd"), {"type": "triangle"}))


def _foot(page: Any, mark: str, pack: str) -> None:
    words = dict(choices.supports())
    signs = "    ".join(f"{SUPPORTS[key][1]} {words[key]}" for key, _label in choices.supports())
    top = BOTTOM + int(0.15 * INCH)
    _text(
        page,
        (LEFT, top, RIGHT - LEFT, INCH // 4),
        f"{signs}    ★ {vocabulary.word('vip', pack)}    ◆ {vocabulary.word('opinion_leader', pack)}",
        10,
        QUIET,
    )
    left = LEFT
    for key, word in choices.relation_kinds():
        colour = LINES[key][0]
        told = _text(
            page, (left, top + INCH // 4, int(1.5 * INCH), INCH // 4), f"— {word}", 10, colour, bold=True
        )
        told.name, left = f"legend {key}", left + int(1.5 * INCH)
    if mark:
        _text(
            page, (left, top + INCH // 4, RIGHT - left, INCH // 4), mark, 11, "B3261E", bold=True
        ).name = "mark"
