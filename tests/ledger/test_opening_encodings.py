"""Encodings are found from every byte of a file beyond ASCII, wherever it stands."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kamerton.ledger.read.model import Choices, Limits, Unreadable
from kamerton.ledger.read.opening import RawTable, open_sources

NAMES = {
    "it": "Società Pedrazzi Caffè Perché Città Università Più Proprietà Attività Forlì",
    "pl": "Żabka Łódź Kraków Świętokrzyskie Gdańsk Spółka Wrocław Częstochowa Źródło Hurtownia Ćma",
    "de": "Müller Größe Bäckerei Straße Königsbrück Großhandel Schröder Jäger Überlingen",
    "fr": "Société Hôtel Française Crème Château Générale Électricité Léon Forêt Noël",
    "es": "Compañía España Almacén Málaga Córdoba Logística Señor Núñez Construcción",
    "cs": "Plzeň Řezníček Město Žďár Dvořák Průmysl Účet Příbram Šťastný",
    "hu": "Győr Kőbánya Székesfehérvár Nagykereskedés Fűszer Gyümölcs Szövetség",
    "ru": "Москва Торговый дом Ромашка Санкт-Петербург Завод Поставщик ООО Юг Ёлка",
    "nordic": "Malmö Ångström Sørensen Århus Jönköping Færø Blåbær",
}
CASES = [
    ("it", "cp1252"),
    ("it", "iso8859-1"),
    ("de", "cp1252"),
    ("fr", "cp1252"),
    ("es", "cp1252"),
    ("nordic", "cp1252"),
    ("pl", "cp1250"),
    ("pl", "iso8859-2"),
    ("cs", "cp1250"),
    ("cs", "iso8859-2"),
    ("hu", "cp1250"),
    ("ru", "cp1251"),
    ("ru", "iso8859-5"),
    ("ru", "koi8-r"),
    ("pl", "utf-8"),
    ("ru", "utf-8-sig"),
    ("ru", "utf-16"),
    ("pl", "utf-16-le"),
    ("de", "utf-16-be"),
    ("it", "utf-32"),
]


def rows_of(tmp_path: Path, content: bytes, **chosen: str) -> tuple[RawTable, list[tuple[str, ...]]]:
    path = tmp_path / "sales.csv"
    path.write_bytes(content)
    work = tmp_path / ".work"
    work.mkdir(exist_ok=True)
    con = duckdb.connect(config={"threads": 2})
    (table,) = open_sources(
        [path], choices=Choices(**chosen), limits=Limits(), con=con, workdir=work, progress=None
    )
    return table, con.execute(table.select()).fetchall()


def text_of(names: list[str]) -> str:
    return "Date;Customer;Amount\n" + "".join(
        f"2024-01-{n % 28 + 1:02d};{name};{n}.50\n" for n, name in enumerate(names)
    )


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_letters_come_out_right(tmp_path: Path, language: str, encoding: str) -> None:
    names = NAMES[language].split()
    table, rows = rows_of(tmp_path, text_of(names).encode(encoding))
    assert [row[1] for row in rows] == names
    assert table.file.encoding is not None


def test_one_letter_at_the_end_of_a_large_file_decides(tmp_path: Path) -> None:
    names = ["Helios"] * 60_000 + ["Hurtownia Łódź"]
    table, rows = rows_of(tmp_path, text_of(names).encode("cp1250"))
    assert (rows[-1][1], table.file.encoding) == ("Hurtownia Łódź", "cp1250")


def test_an_ambiguous_encoding_is_said(tmp_path: Path) -> None:
    table, rows = rows_of(tmp_path, text_of(["Caffè", "Helios"]).encode("cp1252"))
    assert rows[0][1] == "Caffè"
    assert table.notes[0].startswith("sales.csv is read as cp1252")


def test_euro_signs(tmp_path: Path) -> None:
    _, rows = rows_of(tmp_path, text_of(["€ 5", "£ 7", "x"]).encode("cp1252"))
    assert [row[1] for row in rows] == ["€ 5", "£ 7", "x"]


def test_the_users_encoding_must_fit(tmp_path: Path) -> None:
    content = text_of(["Łódź"]).encode("cp1250")
    with pytest.raises(Unreadable, match="line 2"):
        rows_of(tmp_path, content, encoding="utf-8")
    with pytest.raises(Unreadable, match="no encoding called 'klingon'"):
        rows_of(tmp_path, content, encoding="klingon")
    assert rows_of(tmp_path, content, encoding="windows-1250")[1][0][1] == "Łódź"


def test_damaged_utf8_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    content = text_of(["Łódź", "Kraków", "Gdańsk", "Świdnica"]).encode() + b"2024-02-01;Caf\xe9;1.00\n"
    with pytest.raises(Unreadable, match="line 6"):
        rows_of(tmp_path, content)


def test_utf16_cut_short(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="utf-16"):
        rows_of(tmp_path, text_of(["Łódź"]).encode("utf-16")[:-1])
