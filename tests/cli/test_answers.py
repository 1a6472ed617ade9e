"""What the user settled: options over a saved mapping, rates, and the mapping that is written."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest

from kamerton.cli.answers import choices_from, load_mapping, read_rates, saved_mapping
from kamerton.cli.options import parse
from kamerton.core.refused import Refused
from kamerton.ledger.read.model import Choices, Rate
from tests.cli.factories import distributor


def test_an_option_beats_the_saved_mapping(tmp_path: Path) -> None:
    saved = tmp_path / "answers.json"
    saved.write_text(
        json.dumps({"mapping": {"account": "Kunde", "amount": "Netto"}, "dates": "dmy", "decimal": ","})
    )
    choices = choices_from(
        parse(["a.csv", "--mapping", str(saved), "--map", "account=Debitor", "--dates", "mdy"])
    )
    assert choices == Choices(mapping={"account": "Debitor", "amount": "Netto"}, dates="mdy", decimal=",")


def test_every_option_arrives() -> None:
    choices = choices_from(
        parse(
            ["a.csv", "--map", "group=", "--map", "cost=a=b", "--kind", "RE=return", "--sheet", "2024", "--delimiter", "tab",
             "--encoding", "latin1", "--currency", "eur", "--drop-duplicates"]
        )
    )  # fmt: skip
    assert choices == Choices(
        mapping={"group": "", "cost": "a=b"}, kinds={"RE": "return"}, sheet="2024", delimiter="\t",
        encoding="iso8859-1", company_currency="EUR", drop_duplicates=True,
    )  # fmt: skip


@pytest.mark.parametrize("suffix", [".json", ".toml"])
def test_what_is_saved_is_found_again(tmp_path: Path, suffix: str) -> None:
    choices = Choices(
        dates="dmy",
        sheet='Say "2024"\\',
        kinds={"Gutschrift": "return", "=a b": "sale"},
        drop_duplicates=True,
    )
    path = tmp_path / f"answers{suffix}"
    path.write_bytes(saved_mapping(choices, distributor().reading, toml=suffix == ".toml"))
    assert load_mapping(path) == {
        "mapping": {"account": "Customer", "date": "Date", "amount": "Net"},
        "dates": "dmy",
        "sheet": 'Say "2024"\\',
        "kinds": {"Gutschrift": "return", "=a b": "sale"},
        "drop_duplicates": True,
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "means nothing"), ("[]", "not a table of answers"), ('{"dates": "ydm"}', "'dates' cannot be 'ydm'"),
        ('{"maping": {}}', "has the key 'maping'"), ('{"mapping": {"acount": "A"}}', "'acount' is no role"),
        ('{"mapping": {"account": 3}}', "not a table of texts"), ('{"kinds": {"R": "refund"}}', "'refund' is none of"),
        ('{"drop_duplicates": "yes"}', "neither true nor false"), ("[" * 100_000, "means nothing"),
    ],
)  # fmt: skip
def test_a_mapping_that_means_nothing_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text)
    with pytest.raises(Refused, match=why):
        load_mapping(path)


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No such file"):
        load_mapping(tmp_path / "none.json")


@pytest.mark.parametrize(
    "text",
    ["currency,date,rate\nUSD,2024-01-31,0.92\n\npln,2024-02-01,0.23\n",
     "\ufeffDate; Rate ;Currency\r\n2024-01-31;0.92;usd\r\n2024-02-01;0.23;PLN\r\n"],
)  # fmt: skip
def test_rates(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert list(read_rates(path)) == [
        Rate(currency="USD", date=dt.date(2024, 1, 31), rate=Decimal("0.92")),
        Rate(currency="PLN", date=dt.date(2024, 2, 1), rate=Decimal("0.23")),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "lack a column"), ("a,b\n", "lack a column"), ("currency,date,rate\nUSD,31.01.2024,0.9\n", "Line 2"),
        ("currency,date,rate\nUSD,2024-01-31,0\n", "Line 2"), ("currency,date,rate\nUSD,2024-01-31,NaN\n", "Line 2"),
        ("currency,date,rate\nUSD,2024-01-31,1\nUSD,2024-02-01\n", "Line 3"),
    ],
)  # fmt: skip
def test_rates_that_cannot_be_read_are_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(text)
    with pytest.raises(Refused, match=why):
        list(read_rates(path))


@pytest.mark.parametrize(
    "wrong",
    [
        ["--map", "account"], ["--map", "customer=A"], ["--kind", "R=refund"], ["--dates", "ydm"], ["--decimal", ";"],
        ["--delimiter", "::"], ["--currency", "EURO"], ["--threads", "0"], ["--as-of", "31.12.2024"], ["--basis", "margin"],
        ["--group-by", "seller"], ["--json", "-", "--html", "-"], ["--nonsense"], [],
    ],
)  # fmt: skip
def test_a_wrong_option_ends_with_1(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse([*(["a.csv"] if wrong else []), *wrong])
    assert end.value.code == 1
    assert "kamerton analyse --help" in capsys.readouterr().err
