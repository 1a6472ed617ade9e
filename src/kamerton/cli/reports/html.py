"""The analysis as one page that needs nothing else: pictures, tables, search, light and dark, print.

Everything is inside: script, style, type and figures. The page may load nothing from anywhere (its policy
says so). What comes from the data is escaped as text or stands in a block that no browser runs. Headline,
warnings and short tables are in the markup; the pictures and the long table come from the script.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable

from kamerton.cli.reports import words
from kamerton.cli.reports.model import Report
from kamerton.cli.reports.page import lists, movement, overview, pictures, rules
from kamerton.cli.reports.page.payload import payload
from kamerton.core.refused import Refused

_FACES = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,"
    "U+2191,U+2193,U+2212,U+2215",
    "latin-ext": "U+0100-0130,U+0132-0151,U+0154-017F,U+0218-021B,U+1E9E,U+20A4,U+20A6,U+20A8-20AB,"
    "U+20AD-20BF",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
}
_FOOTER = (
    "<footer>Made by Kamerton on the machine that holds the data. "
    "This page loads nothing and sends nothing.</footer>"
)
_BEYOND_LATIN = {"latin-ext": ("\u0100", "\u021b"), "cyrillic": ("\u0400", "\u04b1")}


def write_html(report: Report) -> bytes:
    """The page in UTF-8. Raises Refused where the built script and style are not there."""
    body = "\n".join(part for part in _body(report) if part)
    figures = payload(report).replace("<", "\\u003c")
    style = _faces(body + figures) + _asset("report.css")
    script = _asset("report.js").replace("</script", "<\\/script")
    page = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="generator" content="Kamerton">'
        f"<title>{escape(_title(report))}</title><style>{style}</style></head>\n"
        f'<body><div class="page">\n{body}\n</div>\n'
        f'<script type="application/json" id="figures">{figures}</script>\n'
        f"<script>{script}</script></body></html>\n"
    )
    return page.encode("utf-8", "replace")


def _body(report: Report) -> Iterator[str]:
    yield overview.masthead(report)
    yield overview.opening(report)
    yield overview.key_figures(report)
    yield overview.watch(report)
    yield pictures.weight(report)
    yield movement.moves(report)
    yield pictures.growth_map(report)
    yield pictures.years(report)
    yield pictures.whale(report)
    yield lists.sellers(report)
    yield lists.accounts(report)
    yield lists.what_was_read(report)
    yield rules.rules(report)
    yield _FOOTER


def _title(report: Report) -> str:
    files = words.listing([words.clean(name) for name in report.source_names], most=1)
    return f"Key {report.noun}s of {files}, {report.analysis.as_of.isoformat()}"


def _built() -> Traversable:
    return files("kamerton").joinpath("web", "static", "dist")


def _asset(name: str) -> str:
    try:
        return _built().joinpath(name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        hint = "Run `make assets` in the project once (an installed Kamerton has it). Nothing was written."
        raise Refused("The script and style of the HTML report are not built.", hint=hint) from None


def _faces(written: str) -> str:
    """The type for the letters that the page has; without it the reader's own sans serves."""
    try:
        built = json.loads(_built().joinpath("manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return ""
    wanted = [face for face in _FACES if face == "latin" or _writes(written, *_BEYOND_LATIN[face])]
    return "".join(_face(face, built) for face in wanted)


def _writes(written: str, first: str, last: str) -> bool:
    return any(first <= sign <= last for sign in set(written))


def _face(face: str, built: Mapping[str, str]) -> str:
    try:
        content = _built().joinpath(built[f"inter-{face}.woff2"]).read_bytes()
    except (FileNotFoundError, KeyError):
        return ""
    source = base64.b64encode(content).decode("ascii")
    return (
        "@font-face{font-family:Inter;font-style:normal;font-weight:400 650;font-display:swap;"
        f'src:url(data:font/woff2;base64,{source}) format("woff2");unicode-range:{_FACES[face]}}}\n'
    )


def _policy(style: str, script: str) -> str:
    def seal(content: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; script-src {seal(script)}; style-src {seal(style)}; "
        "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )
