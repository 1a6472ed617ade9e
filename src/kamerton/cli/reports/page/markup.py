"""How the page is marked up. Data become text here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from kamerton.cli.reports import words


def e(written: object) -> str:
    """Text made safe for markup; nothing else may put data into it."""
    return escape(str(written))


def named(label: str) -> str:
    """A text from the data: no direction of its own reaches what stands around it."""
    return f"<bdi>{e(words.clean(label))}</bdi>"


def change(rate: float | None) -> str:
    if rate is None:
        return words.NOTHING
    way = "up" if rate > 0 else "down" if rate < 0 else ""
    return f'<span class="{way}">{e(words.change(rate))}</span>'


def count(number: int | None) -> str:
    return words.NOTHING if number is None else words.count(number)


def key_figure(title: str, value: str, beside: str, unit: str = "") -> str:
    """`value` and `beside` are markup."""
    small = f" <small>{e(unit)}</small>" if unit else ""
    return (
        f'<div><dt>{e(title)}</dt><dd class="value">{value}{small}</dd><dd class="beside">{beside}</dd></div>'
    )


def picture(kind: str, title: str, sentence: str, table: str, *, tall: bool = False) -> str:
    """A place that the script draws in; the table says the same and is open until there is a script."""
    look = "chart tall" if tall else "chart"
    return (
        f'<figure><figcaption><h2>{e(title)}</h2><p class="say">{e(sentence)}</p></figcaption>'
        f'<div class="{look}" data-picture="{kind}" role="img" aria-label="{e(title)}"></div>'
        f'<details data-picture="{kind}" open><summary>The same as a table</summary>'
        f'<div class="scroll">{table}</div></details></figure>'
    )


def block(title: str, table: str, rest: str = "") -> str:
    """A short table under a title; `rest` says in plain text what is left out."""
    after = f'<p class="small dim">{e(rest)}</p>' if rest else ""
    return f'<div class="block"><h3>{e(title)}</h3><div class="scroll">{table}</div>{after}</div>'


def table(heads: Sequence[str], body: Iterable[Sequence[str]], *, text_columns: int = 1) -> str:
    """`heads` are plain, cells are markup. The first `text_columns` stand left."""
    titles = _cells("th scope=col", [e(head) for head in heads], text_columns)
    lines = "".join(f"<tr>{_cells('td', cells, text_columns)}</tr>" for cells in body)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def _cells(tag: str, cells: Sequence[str], text_columns: int) -> str:
    end = tag.split(maxsplit=1)[0]
    return "".join(
        f"<{tag}{' class=t' if place < text_columns else ''}>{cell}</{end}>"
        for place, cell in enumerate(cells)
    )
