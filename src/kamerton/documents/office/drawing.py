"""A chart as SVG, for paper: columns, bars or lines with their values said. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kamerton.documents import words
from kamerton.documents.content import Chart

#: The series that matters is in the accent, those that it is compared with are grey.
COLOURS = ("1B5E7A", "B9C2C8", "4E9A72", "A86A12", "7C8890")
_WIDE, _HIGH, _LEFT, _FOOT, _HEAD = 640.0, 210.0, 70.0, 26.0, 18.0
#: Width of a letter, and height of a bar.
_SIGN, _BAR = 5.6, 9.0


def svg(chart: Chart) -> SafeString:
    numbers = [float(each) for series in chart.series for each in series.values if each is not None]
    scale = _Scale(min(0.0, *numbers), max(0.0, *numbers))
    high = _bars_high(chart) if chart.kind == "bar" else _HIGH
    draw = {"bar": _bars, "line": _lines, "column": _columns}[chart.kind]
    parts = [*_legend(chart)]
    if chart.kind != "bar":
        parts += [*_ruler(chart, scale), *_names(chart)]
    parts += draw(chart, scale)
    inside = format_html_join("", "{}", ((part,) for part in parts))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" viewBox="0 0 {} {}" font-size="10">{}</svg>',
        _WIDE,
        high,
        inside,
    )


class _Scale:
    """From a value to its place, between steps that are round numbers."""

    def __init__(self, low: float, high: float) -> None:
        self.step = _round_step((high - low) / 4 or 1.0)
        self.low = math.floor(low / self.step) * self.step
        self.high = max(math.ceil(high / self.step), 1) * self.step

    def share(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)

    def y(self, value: float) -> float:
        return round(_HIGH - _FOOT - self.share(value) * (_HIGH - _FOOT - _HEAD), 1)

    def steps(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + at * self.step for at in range(count + 1)]


def _round_step(step: float) -> float:
    """1, 2 or 5 times a power of ten, not smaller than `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(each * power for each in (1, 2, 5, 10) if each * power >= step * 0.999)


def _x(chart: Chart, at: int) -> float:
    return _LEFT + (at + 0.5) * (_WIDE - _LEFT) / len(chart.categories)


def _ruler(chart: Chart, scale: _Scale) -> Iterator[SafeString]:
    for value in scale.steps():
        y = scale.y(value)
        yield format_html('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="#d5dbdf"/>', _LEFT, _WIDE, y, y)
        yield _label(_LEFT - 6, y + 3, words.told(value, chart.value_kind), "end")


def _label(x: float, y: float, text: str, anchor: str) -> SafeString:
    return format_html('<text x="{}" y="{}" text-anchor="{}" fill="#5d6a72">{}</text>', x, y, anchor, text)


def _short(text: str, room: float) -> str:
    most = max(2, int(room / _SIGN))
    plain = words.clean(text)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def _names(chart: Chart) -> Iterator[SafeString]:
    """As many as have room beside each other."""
    each = (_WIDE - _LEFT) / len(chart.categories)
    longest = max(len(name) for name in chart.categories) * _SIGN + 6
    step = max(1, math.ceil(min(longest, _WIDE / 4) / each))
    for at, name in enumerate(chart.categories):
        if at % step == 0:
            yield _label(round(_x(chart, at), 1), _HIGH - 8, _short(name, step * each), "middle")


def _legend(chart: Chart) -> Iterator[SafeString]:
    left = _LEFT
    for at, series in enumerate(chart.series if len(chart.series) > 1 else ()):
        name = words.clean(series.name)
        yield format_html('<rect x="{}" y="2" width="9" height="9" fill="#{}"/>', left, _colour(at))
        yield format_html('<text x="{}" y="10">{}</text>', left + 13, name)
        left += 30 + _SIGN * len(name)


def _rect(x: float, y: float, wide: float, high: float, of: int) -> SafeString:
    numbers = (round(each, 1) for each in (x, y, wide, high))
    return format_html('<rect x="{}" y="{}" width="{}" height="{}" fill="#{}"/>', *numbers, _colour(of))


def _columns(chart: Chart, scale: _Scale) -> list[SafeString]:
    room = (_WIDE - _LEFT) / len(chart.categories) * 0.7
    wide = room / len(chart.series)
    found = []
    for of, series in enumerate(chart.series):
        for at, value in enumerate(series.values):
            if value is not None:
                top, foot = sorted((scale.y(float(value)), scale.y(0.0)))
                found.append(_rect(_x(chart, at) - room / 2 + of * wide, top, wide * 0.92, foot - top, of))
    return found


def _bars_high(chart: Chart) -> float:
    return _HEAD + len(chart.categories) * _BAR * (len(chart.series) + 0.6)


def _bars(chart: Chart, scale: _Scale) -> list[SafeString]:
    """Names at the left, values at the ends."""
    found, each = [], _BAR * (len(chart.series) + 0.6)
    left, room = 170.0, _WIDE - 170.0 - 70.0
    for at, name in enumerate(chart.categories):
        top = _HEAD + at * each
        found.append(_label(left - 6, top + each / 2 + 1, _short(name, left), "end"))
        for of, series in enumerate(chart.series):
            value = series.values[at]
            if value is not None:
                from_x, to_x = sorted((scale.share(0.0), scale.share(float(value))))
                y = top + of * _BAR
                found.append(_rect(left + from_x * room, y, (to_x - from_x) * room, _BAR * 0.9, of))
                if of == 0:
                    text = words.told(value, chart.value_kind)
                    found.append(_label(round(left + to_x * room + 4, 1), y + 8, text, "start"))
    return found


def _lines(chart: Chart, scale: _Scale) -> list[SafeString]:
    return [
        format_html(
            '<polyline points="{}" fill="none" stroke="#{}" stroke-width="2"/>',
            " ".join(f"{round(_x(chart, at), 1)},{scale.y(float(value))}" for at, value in run),
            _colour(of),
        )
        for of, series in enumerate(chart.series)
        for run in _runs(series.values)
    ]


def _runs(values: Sequence[object]) -> Iterator[list[tuple[int, float]]]:
    """Values without gaps between them."""
    run: list[tuple[int, float]] = []
    for at, value in enumerate(values):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append((at, float(str(value))))
    if run:
        yield run


def _colour(at: int) -> str:
    return COLOURS[at % len(COLOURS)]
