"""Which characters the bytes of a text file mean, found from all its bytes above 127, and made UTF-8."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from typing import BinaryIO

import numpy as np

from kamerton.ledger.read.model import Unreadable
from kamerton.ledger.read.raw import Source, Workplace
from kamerton.said import Said

CHUNK = 1 << 20
_WORD_END = re.compile(rb"[A-Za-z\x80-\xff]*\Z")
_WORD_START = re.compile(rb"[A-Za-z\x80-\xff]+")
_IN_FIGURES = re.compile(rb"(?<=[0-9])[\x80-\xff](?=[0-9])")
_WORDS_OF_CHUNK = 2_000
_MAX_WORDS = 20_000

#: Encoding -> how much likelier it is to meet than the others, as a logarithm for the whole file.
CANDIDATES = {
    "cp1252": 0.0,
    "cp1250": -2.0,
    "cp1251": -2.0,
    "iso8859-1": -1.0,
    "iso8859-15": -1.5,
    "iso8859-2": -3.0,
    "iso8859-5": -3.0,
    "koi8-r": -3.0,
    "cp852": -4.0,
    "cp850": -4.0,
    "cp866": -4.0,
    "mac-roman": -5.0,
}
#: Letters beyond ASCII with their rough share, by language; capitals count as a tenth of them.
_LETTERS = {
    "it": "à30 è25 ò15 ù10 ì10 é8",
    "pl": "ł22 ó11 ż10 ę13 ą12 ś9 ć5 ń3 ź1",
    "de": "ü32 ä28 ö17 ß18",
    "fr": "é60 è11 à10 ê7 ç4 î2 ô3 û2 ï1 â2 ë1 ù1 œ1",
    "es": "ó25 í20 á20 é15 ñ9 ú6 ü1",
    "pt": "ã22 ç15 á13 é12 í10 ó8 õ5 ê6 ú3 â3 à2",
    "nordic": "ä25 å22 ö20 ø15 æ12 é2",
    "cs": "í18 á15 é10 ě10 š7 ř9 ž8 č8 ý7 ů5 ú1 ť1 ď1 ň1 ó1 ľ1 ô1",
    "hu": "á30 é28 ö9 ó9 ü5 ő6 í5 ú3 ű2",
    "ro": "ă30 î15 â15 ş12 ţ12",
    "hr": "č20 š20 ž15 ć12 đ8",
    "ru": "о11 е8.5 а8 и7.4 н6.7 т6.3 с5.5 р4.7 в4.5 л4.3 к3.5 м3.2 д3 п2.8 у2.6 я2 ы1.9 ь1.7 г1.7 з1.6 б1.6"
    " ч1.4 й1.2 х1 ж0.9 ш0.7 ю0.6 ц0.5 щ0.4 э0.3 ф0.3 ъ0.04 ё0.1 і0.1 ї0.05 є0.05",
}
_SIGNS = dict.fromkeys("€£§°²³½¼«»“”„’‘–—…®©™№ºª·µ×±•¥¿¡\xa0", 0.02)
_ALPHABETS: dict[str, dict[str, float]] = {}


@dataclass(kw_only=True)
class Foreign:
    """What a file holds beyond ASCII: each byte's count, and words that have such bytes."""

    counts: Counter[int] = field(default_factory=Counter)
    words: Counter[bytes] = field(default_factory=Counter)
    in_figures: Counter[bytes] = field(default_factory=Counter)  # bytes between two digits


def by_mark(head: bytes) -> str | None:
    """The encoding that a byte order mark names, or that the zero bytes of UTF-16 give away."""
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF8, "utf-8-sig"),
    ):
        if head.startswith(mark):
            return name
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


def gather(path: Path) -> Foreign:
    """One pass; memory is bounded by the number of words kept. Words come from the whole file."""
    found = Foreign()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if chunk.isascii():
                continue
            counts = np.bincount(np.frombuffer(chunk, dtype=np.uint8), minlength=256)
            for byte in np.flatnonzero(counts[128:]) + 128:
                found.counts[int(byte)] += int(counts[byte])
            found.in_figures.update(_IN_FIGURES.findall(chunk))
            for word, times in Counter(_words(chunk)).items():
                if word in found.words or len(found.words) < _MAX_WORDS:
                    found.words[word] += times
    return found


def _words(chunk: bytes) -> Iterator[bytes]:
    """Words around bytes above 127, spread over the chunk."""
    at = np.flatnonzero(np.frombuffer(chunk, dtype=np.uint8) > 127)
    end = 0
    for place in at[:: max(1, len(at) // _WORDS_OF_CHUNK)].tolist():
        if place >= end:
            before = _WORD_END.search(chunk[max(0, place - 20) : place])
            after = _WORD_START.match(chunk, place, place + 20)
            end = after.end() if after else place + 1
            yield (before[0] if before else b"") + chunk[place:end]


def guess(found: Foreign) -> tuple[str, str]:
    """(encoding, the runner-up that reads differently or ''). Some encoding takes any byte."""
    scores: dict[str, tuple[float, str]] = {}
    for encoding, prior in CANDIDATES.items():
        if (score := _score(found, encoding)) is not None:
            scores[encoding] = (score + prior, _text(found, encoding))
    ranked = sorted(scores, key=lambda name: scores[name][0], reverse=True)
    best = ranked[0]
    other = next((name for name in ranked[1:] if scores[name][1] != scores[best][1]), "")
    close = other and scores[best][0] - scores[other][0] < 3
    return best, other if close else ""


def _text(found: Foreign, encoding: str) -> str:
    return bytes(sorted(found.counts)).decode(encoding, errors="replace")


def _score(found: Foreign, encoding: str) -> float | None:
    """Log-likelihood of the words under the language that suits them best; None: bytes it does not have."""
    try:
        text = bytes(found.counts).decode(encoding)
        words = [(word.decode(encoding), min(times, 20)) for word, times in found.words.most_common(800)]
    except UnicodeDecodeError:
        return None
    if any("\x80" <= char < "\xa0" for char in text):
        return None  # control characters are in no table of sales
    best = -1e300
    for language in _LETTERS:
        letters = _alphabet(language)
        best = max(best, sum(times * _word_score(word, letters) for word, times in words))
    return best + _figure_score(found, encoding)


def _figure_score(found: Foreign, encoding: str) -> float:
    """A blank or an apostrophe groups thousands; a letter never stands between two digits."""
    letters = sum(times for byte, times in found.in_figures.items() if byte.decode(encoding).isalpha())
    return -4.0 * min(letters, 50)


def _word_score(word: str, letters: dict[str, float]) -> float:
    score = 0.0
    for char in word:
        if char > "\x7f":
            share = 0.88 * letters.get(char, 0.0) + 0.12 * _alphabet("any").get(char, 0.0)
            score += log(share + 1e-6)
    if len(word) == 1 and word.isupper():
        score -= 4  # a sign that stands alone, such as a currency's, rather than a letter
    latin = any(char < "\x80" for char in word)
    if latin and any("\u0400" <= char <= "\u04ff" for char in word):
        score -= 6
    if re.search(r"[a-zà-öø-ÿа-яłśżąęćńź][A-ZÀ-ÖØ-ÞА-ЯŁŚŻĄĘĆŃŹ]", word):
        score -= 4
    return score


def _alphabet(language: str) -> dict[str, float]:
    if language not in _ALPHABETS:
        shares: Counter[str] = Counter()
        for entry in " ".join(_LETTERS.values() if language == "any" else [_LETTERS[language]]).split():
            small, share = entry[0], float(entry[1:])
            shares[small] += share  # type: ignore[assignment]
            if len(small.upper()) == 1:
                shares[small.upper()] += share / 10  # type: ignore[assignment]
        total = sum(shares.values())
        _ALPHABETS[language] = {char: share / total for char, share in shares.items()} | (
            _SIGNS if language == "any" else {}
        )
    return _ALPHABETS[language]


def mostly_utf8(found: Foreign) -> bool:
    """UTF-8 with a few damaged bytes: any other encoding would spoil every letter beyond ASCII."""
    good = sum(times for word, times in found.words.items() if _is_utf8(word))
    return good > 0.5 * sum(found.words.values())


def _is_utf8(word: bytes) -> bool:
    try:
        return bool(word.decode())
    except UnicodeDecodeError:
        return False


def first_bad_line(path: Path, encoding: str) -> int:
    """1-based line of the first byte that cannot be decoded; 1 if there is none."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(encoding)
            except UnicodeError:
                return number
    return 1


def to_utf8(source: Source, encoding: str, place: Workplace) -> Path:
    """The same text as UTF-8 without a mark, in the workplace. Raises Unreadable where bytes mean nothing."""
    target = place.new_path(source.name)
    total = source.path.stat().st_size
    lines = 1
    try:
        with source.path.open("rb") as file, target.open("wb") as out:
            for done, text in _decoded(file, encoding):
                out.write(text.encode())
                lines += text.count("\n")
                place.tell(
                    done, total, Said("Reading {name} as {encoding}", name=source.name, encoding=encoding)
                )
    except UnicodeError as error:
        raise Unreadable(
            Said(
                "{name} cannot be read as {encoding}: near line {lines} it has bytes that mean "
                "nothing there. Nothing was read.",
                name=source.name,
                encoding=encoding,
                lines=lines,
            ),
            code="encoding",
            hint=Said("Save the file as UTF-8, or name its encoding with --encoding."),
        ) from error
    return target


def _decoded(file: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    """(bytes read, text) in pieces."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    while chunk := file.read(CHUNK):
        done += len(chunk)
        yield done, decoder.decode(chunk)
    yield done, decoder.decode(b"", final=True)


def canonical(name: str) -> str:
    """The encoding's own name. Raises Unreadable for one that does not exist."""
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise Unreadable(
            Said("There is no encoding called {name!r}. Nothing was read.", name=name),
            code="encoding",
            hint=Said("Try utf-8, utf-16, cp1252, cp1250, cp1251 or iso8859-2."),
        ) from error
