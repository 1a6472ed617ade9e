"""The report that stands in a terminal or a message: plain text that a sales director would forward.

It fits the width it is given, says the same without colour, and can be written with ASCII alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.cells import cell_len, chop_cells, set_cell_size

from kamerton.analytics.model import AccountFigures
from kamerton.cli.reports import findings, words
from kamerton.cli.reports.model import Report

TOP = 15
MOVED = 8
NARROW, WIDE = 60, 61
NAME_WIDTH = 16  # a name keeps at least this before columns are left out
LEAST_WIDTH, MOST_WIDTH = 40, 110

_STYLES = {"strong": "1", "grave": "1;31", "dim": "2", "accent": "36", "plain": ""}
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_ASCII = str.maketrans(
    {"−": "-", "–": "-", "·": "-", "×": "x", "…": "...", "█": "#", "─": "-", "•": "*", words.NBSP: " "}
    | dict.fromkeys("▏▎▍", "") | dict.fromkeys("▌▋▊▉", "#")
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What the report is written on."""

    width: int = 100
    colour: bool = False
    encoding: str = "utf-8"

    @property
    def columns(self) -> int:
        return max(LEAST_WIDTH, min(self.width, MOST_WIDTH))

    @property
    def ascii_only(self) -> bool:
        try:
            "−–·×…█▏▌•".encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return True
        return False


@dataclass(frozen=True, kw_only=True)
class Cell:
    text: str
    style: str = "plain"


@dataclass(frozen=True, kw_only=True)
class Column:
    """`least` is the width below which the paper must be for the column to be left out."""

    title: str
    right: bool = True
    least: int = 0


def write_terminal(report: Report, paper: Paper) -> str:
    """The report as text, every line within the paper's width, ending with a line end."""
    lines = [line for section in _sections(report, paper) for line in section]
    text = "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"
    if not paper.ascii_only:
        return text.replace(words.NBSP, " ")
    encoding = paper.encoding if _known(paper.encoding) else "ascii"
    return text.translate(_ASCII).encode(encoding, "replace").decode(encoding)


def _known(encoding: str) -> bool:
    try:
        "".encode(encoding)
    except LookupError:
        return False
    return True


def _sections(report: Report, paper: Paper) -> Iterator[list[str]]:
    yield _title(report, paper)
    yield _figures(report, paper)
    yield _warnings(report, paper)
    yield _top(report, paper)
    yield _slipped(report, paper)
    yield _lost(report, paper)
    yield _lapsed(report, paper)
    yield _neglected(report, paper)
    yield _years(report, paper)
    yield _read(report, paper)


# --- sections --------------------------------------------------------------------------------------------


def _title(report: Report, paper: Paper) -> list[str]:
    analysis = report.analysis
    files = words.listing([words.clean(name) for name in report.source_names], most=2)
    currency = f" · {analysis.currency}" if analysis.currency else ""
    what = f"Key {report.noun}s · {files} · 12 months to {words.date(analysis.as_of)}{currency}"
    return [
        *(_style(line, "dim", paper) for line in _wrap(what, paper.columns)),
        "",
        *(_style(line, "strong", paper) for line in _wrap(findings.headline(report), paper.columns)),
        "",
    ]


def _figures(report: Report, paper: Paper) -> list[str]:
    analysis = report.analysis
    whole = analysis.previous_covered
    turnover = findings.turnover_totals(analysis)
    income = findings.income_totals(analysis)
    lines = _wrap(_figure("Turnover", turnover, analysis.currency, whole=whole), paper.columns - 2)
    if income is not None:
        lines += _wrap(_figure("Income", income, analysis.currency, whole=whole), paper.columns - 2)
    told = (findings.concentration_sentence(report), findings.retention_sentence(report), analysis.basis_note)
    for sentence in filter(None, told):
        lines += _wrap(sentence, paper.columns - 2)
    return ["  " + line for line in lines] + [""]


def _figure(title: str, pair: tuple[Decimal, Decimal], currency: str, *, whole: bool) -> str:
    now, earlier = pair
    line = f"{title:<9} {words.money(now, currency):>14}"
    if not whole:
        return line
    rate = findings.rate(now, earlier)
    told = f"{words.change(rate)} on the 12 months before" if rate is not None else "12 months before: "
    return f"{line}   {told}{'' if rate is not None else words.money(earlier, currency)}"


def _warnings(report: Report, paper: Paper) -> list[str]:
    found = findings.warnings(report)
    if not found:
        return []
    lines = _heading("What to watch", paper)
    for warning in found:
        mark = "!" if warning.grave else "•"
        first, *rest = _wrap(warning.text, paper.columns - 4)
        lines.append(f"  {_style(mark, 'grave' if warning.grave else 'dim', paper)} {first}")
        lines += [f"    {line}" for line in rest]
    return [*lines, ""]


def _top(report: Report, paper: Paper) -> list[str]:
    analysis = report.analysis
    heaviest = findings.by_weight(analysis)
    if not heaviest:
        return []
    shown = heaviest[:TOP]
    columns = [
        Column(title="#"),
        Column(title=words.capital(report.noun), right=False),
        Column(title=words.unit(analysis.basis, analysis.currency)),
        Column(title="share"),
        Column(title="", right=False, least=NARROW),
        Column(title="change", least=NARROW),
        Column(title="", right=False, least=WIDE),
    ]
    name = findings.labels(analysis)
    rows = [_top_row(report, place, account, shown[0], name) for place, account in enumerate(shown, 1)]
    title = f"Top {report.noun}s by {analysis.basis} of the 12 months"
    return [*_heading(title, paper), *_table(columns, rows, paper), *_rest(report, heaviest[TOP:]), ""]


def _top_row(
    report: Report, place: int, account: AccountFigures, first: AccountFigures, name: dict[str, str]
) -> list[Cell]:
    analysis = report.analysis
    part = findings.share(analysis, account)
    largest = findings.share(analysis, first)
    earlier = findings.before(analysis, account)
    moved = findings.rate(findings.amount(analysis, account), earlier)
    told = words.change(moved) if analysis.previous_covered else ""
    is_new = account.state == "new" and analysis.previous_covered
    return [
        Cell(text=str(place), style="dim"),
        Cell(text=name[account.account]),
        Cell(text=words.compact(findings.amount(analysis, account))),
        Cell(text=words.percent(part, 1)),
        Cell(text=_bar(part, largest), style="accent" if account.key else "dim"),
        Cell(text="new" if is_new else told),
        Cell(text=_marks(account), style="grave" if account.dependency else "plain"),
    ]


def _marks(account: AccountFigures) -> str:
    marks = ["key"] if account.key else []
    if account.dependency:
        marks.append("critical" if account.dependency == "critical" else "mono client")
    if account.state in {"lapsed", "lost"}:
        marks.append("silent" if account.state == "lapsed" else "lost")
    return ", ".join(marks)


def _rest(report: Report, others: Sequence[AccountFigures]) -> list[str]:
    if not others:
        return []
    analysis = report.analysis
    worth = sum((findings.amount(analysis, one) for one in others), findings.ZERO)
    parts = [part for one in others if (part := findings.share(analysis, one)) is not None]
    many = words.plural(len(others), f"more {report.noun}")
    told = f", {words.percent(sum(parts))}" if parts else ""
    return [f"  and {many}: {words.money(worth, analysis.currency)}{told}"]


def _slipped(report: Report, paper: Paper) -> list[str]:
    analysis = report.analysis
    moves = findings.slipped(analysis)
    note = findings.moves_note(report)
    heading = _heading("Who slipped, against the 12 months before", paper)
    if not moves:
        told = note or f"No {report.noun} that still buys brought less than in the 12 months before."
        return [*heading, *_indented(told, paper), ""]
    columns = [
        Column(title=words.capital(report.noun), right=False),
        Column(title="before", least=NARROW),
        Column(title="now", least=NARROW),
        Column(title=words.unit("fall", analysis.currency)),
        Column(title="change"),
    ]
    rows = [
        [
            Cell(text=move.label),
            Cell(text=words.compact(move.before)),
            Cell(text=words.compact(move.now)),
            Cell(text=words.compact(move.change), style="grave"),
            Cell(text=words.change(move.rate)),
        ]
        for move in moves[:MOVED]
    ]
    lines = [*heading, *_table(columns, rows, paper)]
    others = moves[MOVED:]
    if others:
        fall = words.money(sum((move.change for move in others), findings.ZERO), analysis.currency)
        lines.append(f"  and {words.plural(len(others), f'more {report.noun}')}: {fall}")
    return [*lines, *(_indented(note, paper) if note else []), ""]


def _lost(report: Report, paper: Paper) -> list[str]:
    analysis = report.analysis
    gone, long_gone = findings.lost(analysis), findings.lost_earlier(analysis)
    if not gone and not long_gone:
        return []
    lines = _heading("Who was lost: bought in the 12 months before, not since", paper)
    if gone:
        lines += _silent_table(report, gone, "before", paper)
    if len(gone) > MOVED:
        worth = sum((move.before for move in gone[MOVED:]), findings.ZERO)
        many = words.plural(len(gone) - MOVED, f"more {report.noun}")
        lines.append(f"  and {many}: {words.money(worth, analysis.currency)}")
    if long_gone:
        worth = sum((account.turnover for account in long_gone), findings.ZERO)
        many = words.plural(len(long_gone), report.noun)
        told = (
            f"Lost earlier: {many}, with {words.money(worth, analysis.currency)} of turnover in their time."
        )
        lines += _indented(told, paper)
    return [*lines, ""]


def _lapsed(report: Report, paper: Paper) -> list[str]:
    silent = findings.lapsed(report.analysis)
    if not silent:
        return []
    lines = _heading("Who went silent: no purchase for longer than their own rhythm", paper)
    lines += _silent_table(report, silent, "12 months", paper)
    if len(silent) > MOVED:
        lines.append(f"  and {words.plural(len(silent) - MOVED, f'more {report.noun}')}")
    return [*lines, ""]


def _neglected(report: Report, paper: Paper) -> list[str]:
    found = findings.neglected(report.analysis)
    if not found:
        return []
    columns = [
        Column(title=words.capital(report.noun), right=False),
        Column(title=words.unit("turnover", report.analysis.currency)),
        Column(title="change"),
        Column(title="days silent"),
        Column(title="usual gap", least=NARROW),
    ]
    rows = [
        [
            Cell(text=move.label),
            Cell(text=words.compact(move.account.window_turnover)),
            Cell(text=words.change(findings.window_growth(move.account))),
            Cell(text=words.count(findings.silence(report.analysis, move.account))),
            Cell(text=words.count(round(move.account.usual_gap_days or 0))),
        ]
        for move in found[:MOVED]
    ]
    heading = _heading("Whom you neglect: small, growing fast, and silent for long", paper)
    more = len(found) - MOVED
    rest = [f"  and {words.plural(more, f'more {report.noun}')}"] if more > 0 else []
    return [*heading, *_table(columns, rows, paper), *rest, ""]


def _silent_table(report: Report, moves: Sequence[findings.Move], title: str, paper: Paper) -> list[str]:
    analysis = report.analysis
    columns = [
        Column(title=words.capital(report.noun), right=False),
        Column(title=words.unit(title, analysis.currency)),
        Column(title="last bought"),
        Column(title="days ago", least=NARROW),
    ]
    rows = [
        [
            Cell(text=move.label),
            Cell(text=words.compact(move.before if title == "before" else move.now)),
            Cell(text=words.short_date(findings.last_bought(move.account))),
            Cell(text=words.count(findings.silence(analysis, move.account))),
        ]
        for move in moves[:MOVED]
    ]
    return _table(columns, rows, paper)


def _years(report: Report, paper: Paper) -> list[str]:
    analysis = report.analysis
    if not analysis.years:
        return []
    columns = [
        Column(title="Year", right=False),
        Column(title=words.unit("turnover", analysis.currency)),
        Column(title="income", least=NARROW),
        Column(title="active"),
        Column(title="new", least=NARROW),
        Column(title="back", least=NARROW),
        Column(title="lost"),
    ]
    rows = [
        [
            Cell(text=f"{year.year}{' (part)' if year.partial else ''}"),
            Cell(text=words.compact(year.turnover)),
            Cell(text=words.compact(year.income)),
            *(Cell(text=words.count(n)) for n in (year.active, year.new, year.reactivated, year.lost)),
        ]
        for year in analysis.years[-8:]
    ]
    return [*_heading("Years", paper), *_table(columns, rows, paper), ""]


def _read(report: Report, paper: Paper) -> list[str]:
    lines = [*_heading("What was read", paper), *_indented(findings.rows_sentence(report), paper)]
    reasons = list(findings.refused_reasons(report))
    for place, note in enumerate(findings.reading_notes(report)):
        lines += _indented(note, paper)
        if place == 0 and reasons:
            lines += [line for reason in reasons for line in _indented(reason, paper, by=4)]
    return lines


# --- setting ---------------------------------------------------------------------------------------------


def _style(text: str, style: str, paper: Paper) -> str:
    code = _STYLES[style]
    return f"\x1b[{code}m{text}\x1b[0m" if paper.colour and code and text else text


def _heading(title: str, paper: Paper) -> list[str]:
    return [_style(line, "strong", paper) for line in _wrap(title, paper.columns)]


def _wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells. A word that is longer is broken; an unbreakable blank is no end."""
    lines, line = [], ""
    for word in _pieces(text, width):
        if line and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split(" "):
        yield from chop_cells(word, width) if cell_len(word) > width else (word,)


def _indented(text: str, paper: Paper, by: int = 2) -> list[str]:
    return [" " * by + line for line in _wrap(text, paper.columns - by)]


def _bar(part: float | None, largest: float | None, cells: int = 16) -> str:
    if part is None or not largest or part <= 0 or largest <= 0:
        return ""
    eighths = max(1, round(min(1.0, part / largest) * cells * 8))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def _table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], paper: Paper) -> list[str]:
    """Two blanks before and between columns. Where it is too wide, columns that may be missing go, then the
    first left-aligned column gives way.
    """
    natural = [
        max(cell_len(head.title), *(cell_len(row[place].text) for row in rows))
        for place, head in enumerate(columns)
    ]
    kept = _kept(columns, natural, paper)
    heads, widths = [columns[place] for place in kept], [natural[place] for place in kept]
    _give_way(widths, heads, paper.columns)
    title = [Cell(text=head.title, style="dim") for head in heads]
    body = [[row[place] for place in kept] for row in rows]
    return [_line(cells, heads, widths, paper) for cells in (title, *body)]


def _kept(columns: Sequence[Column], natural: Sequence[int], paper: Paper) -> list[int]:
    kept = [place for place, column in enumerate(columns) if paper.columns >= column.least]
    name = next(place for place, column in enumerate(columns) if not column.right)
    spare = max(0, natural[name] - NAME_WIDTH)
    while _width([natural[place] for place in kept]) - spare > paper.columns:
        missing = [place for place in kept if columns[place].least]
        if not missing:
            break
        kept.remove(max(missing, key=lambda place: (columns[place].least, place)))
    return kept


def _width(widths: Sequence[int]) -> int:
    return sum(widths) + 2 * len(widths)


def _give_way(widths: list[int], heads: Sequence[Column], columns: int) -> None:
    over = _width(widths) - columns
    name = next(place for place, head in enumerate(heads) if not head.right)
    if over > 0:
        widths[name] = max(8, widths[name] - over)


def _line(cells: Iterable[Cell], heads: Sequence[Column], widths: Sequence[int], paper: Paper) -> str:
    return "".join(
        "  " + _style_inside(_set(cell.text, width, right=head.right), cell.style, paper)
        for cell, head, width in zip(cells, heads, widths, strict=True)
    )


def _style_inside(text: str, style: str, paper: Paper) -> str:
    """Colour the letters, not the blanks around them, so that lines can be trimmed."""
    inner = text.strip(" ")
    if not inner:
        return text
    start = text.index(inner)
    return text[:start] + _style(inner, style, paper) + text[start + len(inner) :]


def _set(text: str, width: int, *, right: bool) -> str:
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1).rstrip() + "…"
    return " " * (width - length) + text if right else text + " " * (width - length)
