"""`kamerton import`, `batches`, `withdraw`, `restore`."""

from __future__ import annotations

from pathlib import Path

import pytest

from kamerton.cli.main import main
from kamerton.ledger.models import Batch, Rate
from kamerton.portfolio import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    rows = [f"A{n % 3},2025-{n % 12 + 1:02d}-20,D{n},{n}.50,EUR" for n in range(1, 30)]
    path.write_text("\n".join(["account,date,document,amount,currency", *rows, ",2025-01-20,D99,7.00,EUR"]))
    return path


def test_import_list_withdraw_and_restore(sales, administrator, company, capsys):
    assert main(["import", str(sales), "--title", "Spring"]) == 0
    told = capsys.readouterr().out
    assert "Imported as number 1, Spring: 29 of 30 rows count, 1 name no account." in told
    assert "449.50 EUR of turnover from 2025-01-20 to 2025-12-20." in told
    assert queries.latest_snapshot().accounts == 3
    assert main(["batches"]) == 0
    assert "1  Live" in (listed := capsys.readouterr().out)
    assert listed.rstrip().endswith("Spring")
    assert main(["withdraw", "1", "--reason", "wrong file"]) == 0
    assert "kamerton restore 1 undoes it" in capsys.readouterr().out
    assert queries.latest_snapshot() is None
    assert main(["restore", "1"]) == 0
    assert "counts again" in capsys.readouterr().out
    assert queries.latest_snapshot() is not None


def test_the_same_again_is_refused_in_one_line(sales, administrator, company, capsys):
    assert main(["import", str(sales), "--quiet"]) == 0
    assert main(["import", str(sales)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("kamerton: This content was already imported on ")


def test_what_can_be_read_in_two_ways_asks(tmp_path, administrator, company, capsys):
    path = tmp_path / "two ways.csv"
    path.write_text("account,date,document,amount\nA,01/02/2025,1,5.00\nB,03/04/2025,2,6.00\n")
    assert main(["import", str(path)]) == 2
    told = capsys.readouterr().err
    assert "--dates dmy" in told
    assert "--dates mdy" in told
    assert f"call again: kamerton import '{path}' --dates" in told
    assert not Batch.objects.exists()
    assert main(["import", str(path), "--dates", "dmy"]) == 0
    assert str(Batch.objects.get().first_date) == "2025-02-01"


def test_rates_come_along(tmp_path, sales, administrator, company):
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,date,rate\nUSD,2024-01-01,0.9\n")
    assert main(["import", str(sales), "--rates", str(rates)]) == 0
    assert Rate.objects.get().currency == "USD"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["withdraw", "7", "--reason", "x"], "There is no import number 7."),
        (["import", "no-such-file.csv"], "no-such-file.csv"),
        (["import", "x.csv", "--user", "nobody"], "There is no active user 'nobody'."),
    ],
)
def test_refusals_are_one_line_and_exit_1(arguments, message, administrator, company, capsys):
    assert main(arguments) == 1
    assert message in capsys.readouterr().err


def test_somebody_must_be_there_to_act(sales, company, capsys):
    assert main(["import", str(sales)]) == 1
    assert "There is no administrator yet" in capsys.readouterr().err


def test_rights_are_those_of_the_user_named(sales, make_user, company, capsys):
    make_user("reader")
    assert main(["import", str(sales), "--user", "reader"]) == 1
    assert "You do not have the right" in capsys.readouterr().err


def test_nothing_imported_says_what_to_do(company, capsys):
    assert main(["batches"]) == 0
    assert "kamerton import FILE does it" in capsys.readouterr().out
