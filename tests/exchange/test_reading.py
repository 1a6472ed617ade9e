"""Any address list in: dialects, encodings, workbooks, cards, archives; the exports that people have."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from kamerton.exchange.read.columns import find_roles, find_system, settled_roles, shape_of
from kamerton.exchange.read.model import Settled
from kamerton.exchange.read.tables import Table, read_tables, told_rows
from kamerton.ledger.read.model import NeedsAnswer, Unreadable

MEMORY = 256 * 1024**2


def read(path: Path, sheet: str | None = None) -> tuple[Table, ...]:
    return read_tables([path], Settled(sheet=sheet), memory_bytes=MEMORY)


def rows(*tables: Table) -> list[dict[str, str]]:
    mapping = {name: role for table in tables for name, role in find_roles(table.columns).items()}
    return [{role: value for role, (_c, value) in told.values.items()} for told in told_rows(tables, mapping)]


def kept(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# --- what columns mean -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heads", "roles"),
    [
        ("First Name|Last Name|Company|Job Title|E-mail Address|Business Phone|Mobile Phone",  # Outlook
         "first_name last_name company post email phone mobile"),
        (("Title|First Name|Last Name|Company|Department|Job Title|Business Street|Business City|Business Postal Code|"
         "Business Country/Region"), "salutation first_name last_name company function post street city postcode country"),
        ("First Name|Last Name|Organization Name|Organization Title|E-mail 1 - Value|Phone 1 - Value",  # Google
         "first_name last_name company post email phone"),
        ("First Name|Last Name|Email|Phone Number|Mobile Phone Number|Associated Company|Associated Company IDs",  # HubSpot
         "first_name last_name email phone mobile company external_id"),
        ("Salutation|First Name|Last Name|Title|Account Name|Account ID|Mailing Street|Mailing City",  # Salesforce
         "salutation first_name last_name post company external_id street city"),
        ("Name|Job Position|Email|Phone|Mobile|Related Company|Tax ID", "name post email phone mobile company tax_number"),
        ("(Do Not Modify) Contact|Full Name|Email|Company Name|Business Phone|Job Title",  # Dynamics
         " name email company phone post"),
        ("Nome|Cognome|Azienda|Ruolo|Indirizzo e-mail|Cellulare|Partita IVA|Città",
         "first_name last_name company post email mobile tax_number city"),
        ("Imię|Nazwisko|Nazwa firmy|Stanowisko|Adres e-mail|Telefon komórkowy|NIP|Miejscowość",
         "first_name last_name company post email mobile tax_number city"),
        ("Фамилия|Имя|Отчество|Компания|Должность|Электронная почта|Мобильный телефон|ИНН",
         "last_name first_name middle_name company post email mobile tax_number"),
        ("Ragione sociale|Partita IVA|E-mail|Telefono|Sito web", "company tax_number company_email company_phone website"),
        ("Name|Tax ID|Website|Country", "company tax_number website country"),
    ],
)  # fmt: skip
def test_the_columns_of_the_exports_people_have(heads, roles):
    names = heads.split("|")
    found = find_roles(names)
    assert [found.get(name, "") for name in names] == roles.split(" ")


@pytest.mark.parametrize(
    ("heads", "system"),
    [
        (["Email", "Associated Company IDs", "Company domain name"], "hubspot"),
        (["Account ID", "Mailing Street", "Email"], "salesforce"),
        (["(Do Not Modify) Contact", "(Do Not Modify) Account"], "dynamics"),
        (["Name", "Email"], "crm"),
    ],
)
def test_the_program_that_wrote_a_file(heads, system):
    assert find_system(heads) == system


def test_what_is_settled_goes_over_what_was_found_and_the_shape_forgets_order_and_case():
    heads = ["Name", "Firma", "Uwagi"]
    assert settled_roles(heads, {"Firma": "", "Uwagi": "post", "Gone": "email"}) == {
        "Name": "name",
        "Uwagi": "post",
    }
    assert shape_of(heads) == shape_of(["UWAGI", "name", "firma"]) != shape_of(["Name", "Firma"])


# --- tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_dialect_and_encoding(tmp_path, encoding, delimiter):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([["Imię i nazwisko", "Firma", "E-mail"], ["Łucja Żak", "Żubr; Ząb, sp. z o.o.", "l@zubr.example"],
                      ["Jan Ćma", 'Dąb "Leśny"', "j@dab.example"], ["Ewa Śliwa", "Wąż", ""]])  # fmt: skip
    (table,) = read(kept(tmp_path, "a.csv", text.getvalue().encode(encoding)))
    assert rows(table) == [
        {"name": "Łucja Żak", "company": "Żubr; Ząb, sp. z o.o.", "email": "l@zubr.example"},
        {"name": "Jan Ćma", "company": 'Dąb "Leśny"', "email": "j@dab.example"},
        {"name": "Ewa Śliwa", "company": "Wąż"},
    ]
    assert [row.place.line for row in table.rows] == [2, 3, 4]


def _workbook(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for at, line in enumerate(lines):
                sheet.write_row(at, 0, line)
    return path


def test_a_workbook_gives_numbers_as_they_look_and_the_sheet_that_names_people(tmp_path):
    book = _workbook(
        tmp_path / "a.xlsx",
        Sales=[["Date", "Amount", "Customer number"], ["2026-01-01", 12.5, 7]],
        People=[
            ["Name", "Phone", "Email"],
            ["Ada Berti", 48600100200, "ada@x.example"],
            ["Bo", 391234567, ""],
        ],
    )
    assert rows(*read(book)) == [
        {"name": "Ada Berti", "phone": "48600100200", "email": "ada@x.example"},
        {"name": "Bo", "phone": "391234567"},
    ]


def test_two_sheets_of_people_are_a_question(tmp_path):
    people = [["Name", "Email"], ["Ada", "a@x.example"]]
    book = _workbook(tmp_path / "a.xlsx", North=people, South=[["Name", "Email"], ["Bo", "b@x.example"]])
    with pytest.raises(NeedsAnswer) as question:
        read(book)
    assert [choice.value for choice in question.value.doubts[0].choices] == ["North", "South"]
    assert rows(*read(book, "South")) == [{"name": "Bo", "email": "b@x.example"}]


def test_what_was_protected_from_a_spreadsheet_is_read_as_it_was(tmp_path):
    content = b'Name,Mobile,Account number\nAda,\'+48600100200,"=""0012"""\nBo,\'ach,7\n'
    assert rows(*read(kept(tmp_path, "a.csv", content))) == [
        {"name": "Ada", "mobile": "+48600100200", "number": "0012"},
        {"name": "Bo", "mobile": "'ach", "number": "7"},
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "empty"),
        ("head.csv", b"Name,Email\n", "header_only"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), "binary"),
        ("noise.csv", bytes(range(256)) * 40, "binary"),
        ("nul.csv", b"Name,Email\nA\0b,c@d.example\nx,y@z.example\n", "nul_bytes"),
        ("wide.csv", b",".join(b"c%d" % n for n in range(10_000)) + b"\n" + b"x," * 9_999 + b"x\n", "too_many_columns"),
        ("query.sql", b"SELECT 1", "query"),
        ("cut.zip", b"PK\x03\x04" + bytes(60), "damaged"),
    ],
)  # fmt: skip
def test_nasty_files_are_refused_as_a_whole_in_words(tmp_path, name, content, code):
    with pytest.raises(Unreadable) as refused:
        read(kept(tmp_path, name, content))
    assert refused.value.code == code
    assert "sales" not in str(refused.value)


def test_one_column_repeated_heads_and_ragged_rows_lose_nothing(tmp_path):
    assert rows(*read(kept(tmp_path, "one.csv", b"Name\nAda\nBo\n"))) == [{"name": "Ada"}, {"name": "Bo"}]
    (table,) = read(
        kept(tmp_path, "twice.csv", b"Email,Email,Name\na@b.example,c@d.example,Ada\n,x@b.example,Bo\n")
    )
    assert table.columns == ("Email", "Email (2)", "Name")
    assert [row["email"] for row in rows(table)] == ["a@b.example", "x@b.example"]  # the first that is filled
    content = b"Name,Email,Phone\n" + b"".join(b"P %d,p%d@x.example,555%04d\n" % (n, n, n) for n in range(40))
    (table,) = read(
        kept(tmp_path, "ragged.csv", content + b"Too,many,cells,here,now\nCy,c@x.example,5559999\n")
    )
    assert len(table.rows) == 41
    assert [(fault.place.line, bool(fault.reason)) for fault in table.faults] == [(42, True)]


_CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(
    table=st.lists(st.tuples(_CELL, _CELL, _CELL).filter(lambda row: row[0]), min_size=3, max_size=12),
    delimiter=st.sampled_from([",", ";", "\t"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ends=st.sampled_from(["\n", "\r\n"]),
)
def test_any_table_comes_back_equal_or_is_refused_with_a_reason(
    tmp_path_factory, table, delimiter, quoting, ends
):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=ends)
    writer.writerows([("Full name", "Company", "E-mail address"), *table])
    path = kept(tmp_path_factory.mktemp("any"), "a.csv", text.getvalue().encode())
    try:
        (found,) = read(path)
    except (Unreadable, NeedsAnswer):
        return  # as a whole, in words: test_nasty_files_are_refused_as_a_whole_in_words
    if found.faults or found.columns != ("Full name", "Company", "E-mail address"):
        assert all(fault.reason and fault.place.line for fault in found.faults)
        assert found.notes or found.faults or found.columns
        return
    lines = {row.place.line: row.cells for row in found.rows}
    assert len(lines) == len(table)
    protected = [tuple(_seen(cell) for cell in row) for row in table]
    assert [lines[at] for at in sorted(lines)] == protected


def _seen(cell: str) -> str:
    """An apostrophe before a sign of a formula is the spreadsheet's, and so is ="..."."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


# --- cards ------------------------------------------------------------------------------------------------------


CARD_21 = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=D0=B2;=D0=98=D0=B2=\r\n=D0=B0=D0=BD;;;\r\n"
    "ORG;CHARSET=windows-1251;QUOTED-PRINTABLE:=C7=E0=E2=EE=E4;=CE=F2=E4=E5=EB\r\n"
    "TEL;WORK;FAX:1\r\nTEL;CELL;PREF:+7 900 123-45-67\r\nEMAIL;INTERNET:ivan@zavod.example\r\n"
    "PHOTO;ENCODING=BASE64;JPEG:\r\n /9j/4AAQSkZJRg==\r\n\r\nEND:VCARD\r\n"
)
CARD_30 = (
    "BEGIN:VCARD\nVERSION:3.0\nPRODID:-//Apple Inc.//iPhone OS 17.0//EN\nFN:Mario\n  Rossi\\, Dr\nN:Rossi;Mario;;Dr;\n"
    "ORG:Fonderia\\; Figli;Acquisti\nTITLE:Buyer\nitem1.EMAIL;type=INTERNET;type=pref:mario@fonderia.example\n"
    "item1.X-ABLabel:_$!<Work>!$_\nTEL;type=CELL;type=VOICE:+39 333 1\nTEL;type=WORK:+39 02 1\n"
    "ADR;type=HOME:;;Via Privata 1;Monza;MB;20900;Italia\nADR;type=WORK:;;Via Lunga 2;Milano;MI;20100;Italia\n"
    "PHOTO;ENCODING=b;TYPE=JPEG:AAAA\n BBBB\n CCCC=\nNOTE:a\\nb\nEND:VCARD\n"
)
CARD_40 = (
    "BEGIN:VCARD\nVERSION:4.0\nFN:Zofia Wilk\nN:Wilk;Zofia;;;\nORG:Wilk SA\n"
    'TEL;VALUE=uri;PREF=1;TYPE="work,voice":tel:+48-22-1\nTEL;VALUE=uri;TYPE=cell:tel:+48-600-1\n'
    "EMAIL;TYPE=work:zofia@wilk.example\nLANG;TYPE=work;PREF=1:pl\nEND:VCARD\n"
)


def test_cards_of_all_versions_in_one_file(tmp_path):
    (table,) = read(kept(tmp_path, "all.vcf", (CARD_21 + CARD_30 + CARD_40).encode()))
    assert rows(table) == [
        {"first_name": "Иван", "last_name": "Иванов", "company": "Завод", "function": "Отдел",
         "mobile": "+7 900 123-45-67", "email": "ivan@zavod.example"},
        {"name": "Mario Rossi, Dr", "first_name": "Mario", "last_name": "Rossi", "salutation": "Dr",
         "company": "Fonderia; Figli", "function": "Acquisti", "post": "Buyer", "email": "mario@fonderia.example",
         "phone": "+39 02 1", "mobile": "+39 333 1", "street": "Via Lunga 2", "city": "Milano", "region": "MI",
         "postcode": "20100", "country": "Italia"},
        {"name": "Zofia Wilk", "first_name": "Zofia", "last_name": "Wilk", "company": "Wilk SA", "phone": "+48-22-1",
         "mobile": "+48-600-1", "email": "zofia@wilk.example", "languages": "pl"},
    ]  # fmt: skip
    assert [row.place.line for row in table.rows] == [1, 13, 32]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_cards_are_known_by_what_they_are(tmp_path, encoding):
    (table,) = read(kept(tmp_path, "contacts.txt", CARD_40.encode(encoding)))
    assert rows(table)[0]["name"] == "Zofia Wilk"


def test_a_card_that_does_not_end_is_named_and_the_others_are_read(tmp_path):
    (table,) = read(
        kept(tmp_path, "a.vcf", ("BEGIN:VCARD\nFN:Lost\n" + CARD_40 + "BEGIN:VCARD\nFN:Cut").encode())
    )
    assert [row["name"] for row in rows(table)] == ["Zofia Wilk"]
    assert sorted(fault.place.line for fault in table.faults) == [1, 13]


def test_an_archive_of_cards_and_tables(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/one.vcf", CARD_40)
        archive.writestr(
            "b/two.csv",
            "Name,Company,Email\nAda Berti,Berti,ada@berti.example\nBo Dahl,Dahl,b@dahl.example\n",
        )
        archive.writestr("__MACOSX/a/._one.vcf", b"\0\0")
    found = read(path)
    assert [row["name"] for row in rows(*found)] == ["Zofia Wilk", "Ada Berti", "Bo Dahl"]
    assert [table.facts["name"] for table in found] == ["all.zip/a/one.vcf", "all.zip/b/two.csv"]


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_after_the_beginning_of_a_card_are_read_or_refused(tmp_path_factory, content):
    path = kept(
        tmp_path_factory.mktemp("card"), "a.vcf", b"BEGIN:VCARD\nFN:Ada\n" + content + b"\nEND:VCARD\n"
    )
    (table,) = read(path)
    assert len(table.rows) + len(table.faults) >= 1
