"""`kamerton analyse` as a user calls it: in a process of its own."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from kamerton.cli import main
from kamerton.cli.reports.json_report import schema

HEAD = [
    "Customer No",
    "Customer Name",
    "Group",
    "Invoice Date",
    "Invoice No",
    "Product",
    "Sales Rep",
    "Net Amount",
    "Cost",
]


def rows() -> list[list[str]]:
    """Two years of three accounts; one is past the critical line, one was lost, one slips."""
    made = []
    for year, amounts in ((2023, (500, 400, 200)), (2024, (900, 0, 100))):
        for month in range(1, 13):
            for number, (name, amount) in enumerate(
                zip(("Helios", "Boreas", "Nova"), amounts, strict=True), 1
            ):
                if amount:
                    made.append(
                        [f"00{number}", name, "North" if number < 3 else "", f"{year}-{month:02d}-15", f"{year}{month:02d}{number}",
                         f"P{month % 3}", "Ada Brandt", f"{amount}.50", f"{amount * 0.6:.2f}"]
                    )  # fmt: skip
    made.append(["001", "Helios", "North", "2024-12-31", "9999", "P1", "Ada Brandt", "-100.00", "-60.00"])
    return made


def write(path: Path, table: list[list[str]], head: list[str] = HEAD, delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as text:
        csv.writer(text, delimiter=delimiter).writerows([head, *table])
    return path


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    return write(tmp_path / "sales.csv", rows())


def kamerton(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "COLUMNS"}
    }
    environment |= {"PYTHONIOENCODING": "utf-8", **options.pop("env", {})}
    command = [sys.executable, "-m", "kamerton", *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        timeout=120,
        check=False,
        **options,
    )


def document(*arguments: object) -> dict:
    done = kamerton("analyse", *arguments, "--json", "-", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout, parse_float=Decimal)


def test_the_report_in_the_terminal(sales: Path) -> None:
    done = kamerton("analyse", sales)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Helios alone makes 90 % of income: a business with one customer." in done.stdout
    for part in ("What to watch", "Who slipped", "Who was lost", "Years", "What was read", "Boreas"):
        assert part in done.stdout
    assert "\x1b" not in done.stdout


def test_the_json_is_valid_and_adds_up(sales: Path) -> None:
    told = document(sales, "--currency", "EUR")
    jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker()).validate(
        json.loads(json.dumps(told, default=float))
    )
    turnover = sum(Decimal(row[7]) for row in rows())
    assert told["totals"]["turnover"] == told["rows"]["used_turnover"] == turnover
    assert sum(account["turnover"] for account in told["accounts"]) == turnover
    assert [account["account"] for account in told["accounts"]] == ["001", "002", "003"]
    assert told["accounts"][0]["dependency"] == "mono"
    assert told["accounts"][1]["state"] == "lost"
    assert (told["as_of"], told["currency"], told["basis"]) == ("2024-12-31", "EUR", "income")
    assert told["rows"] | {"read": 61} == told["rows"]


def test_basis_level_and_date_are_heard(sales: Path) -> None:
    assert document(sales, "--basis", "turnover")["basis"] == "turnover"
    assert document(sales, "--as-of", "2023-12-31")["window"] == {"from": "2023-01-01", "to": "2023-12-31"}
    groups = document(sales, "--group-by", "group")
    assert groups["level"] == "group"
    assert "North" in [account["account"] for account in groups["accounts"]]


def test_several_outputs_at_once(sales: Path, tmp_path: Path) -> None:
    out = {name: tmp_path / f"out.{name}" for name in ("json", "xlsx", "refused", "mapping.json")}
    done = kamerton(
        "analyse", sales, "--json", out["json"], "--xlsx", out["xlsx"], "--refused", out["refused"],
        "--save-mapping", out["mapping.json"],
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert "wrote" in done.stderr
    assert json.loads(out["json"].read_text())["schema"] == "kamerton.analysis/1"
    assert openpyxl.load_workbook(out["xlsx"])["Accounts"].max_row == 4
    assert out["refused"].read_text().strip() == "file,line,column,value,reason"
    assert json.loads(out["mapping.json"].read_text())["mapping"]["amount"] == "Net Amount"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "out.json",
        "out.mapping.json",
        "out.refused",
        "out.xlsx",
        "sales.csv",
    ]


def test_a_saved_mapping_reads_the_next_file(tmp_path: Path) -> None:
    first = write(
        tmp_path / "a.csv",
        [[f"c{n}", f"{n + 10}.01.2024", f"{n},50"] for n in range(1, 12)],
        ["x1", "x2", "x3"],
        ";",
    )
    saved = tmp_path / "answers.toml"
    done = kamerton(
        "analyse",
        first,
        "--map",
        "account=x1",
        "--map",
        "date=x2",
        "--map",
        "amount=x3",
        "--save-mapping",
        saved,
        "--quiet",
    )
    assert done.returncode == 0, done.stderr
    ambiguous = write(tmp_path / "b.csv", [["c1", "03.04.2024", "1,50"]], ["x1", "x2", "x3"], ";")
    told = document(ambiguous, "--mapping", saved)
    assert told["accounts"][0]["first_date"] == "2024-04-03"


def test_an_open_question_ends_with_2_and_names_the_options(tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.csv",
        [["a", "03/04/2024", "10.50"], ["b", "05/06/2024", "11.50"]],
        ["Customer", "Date", "Amount"],
    )
    done = kamerton("analyse", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(r"--dates dmy +\S", done.stderr)
    assert re.search(r"--dates mdy +\S", done.stderr)
    assert f"kamerton analyse {path} --dates" in done.stderr
    assert document(path, "--dates", "dmy")["accounts"][0]["first_date"] == "2024-06-05"
    assert document(path, "--dates", "mdy")["accounts"][0]["first_date"] == "2024-05-06"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["none.csv"], "none.csv"),
        (["sales.csv", "--map", "amount=Nothing"], "Nothing"),
        (["sales.csv", "--json", "no/folder/out.json"], "There is no folder"),
        (["sales.csv", "--json", "."], "is a folder"),
        (["sales.csv", "--html", "sales.csv"], "would overwrite"),
        (["sales.csv", "--as-of", "1999-01-01"], "no sale on or before 1999-01-01"),
        (["sales.csv", "--mapping", "none.json"], "No such file"),
        (["sales.csv", "--rates", "none.csv"], "No such file"),
        (["sales.csv", "--encoding", "utf-99"], "no encoding"),
        (["sales.csv", "--dates", "ydm"], "--dates"),
        (["empty.csv"], "empty"),
    ],
)
def test_refused_input_ends_with_1_and_one_sentence(arguments: list[str], why: str, sales: Path) -> None:
    (sales.parent / "empty.csv").touch()
    before = sorted(path.name for path in sales.parent.iterdir())
    done = kamerton("analyse", *arguments, cwd=sales.parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("kamerton: ")
    assert sorted(path.name for path in sales.parent.iterdir()) == before


def test_no_group_column_no_groups(tmp_path: Path) -> None:
    path = write(tmp_path / "s.csv", [["a", "2024-01-31", "10.50"]] * 3, ["Customer", "Date", "Amount"])
    done = kamerton("analyse", path, "--group-by", "group")
    assert done.returncode == 1
    assert "--map group=COLUMN" in done.stderr


def test_refused_rows_are_listed_and_disarmed(tmp_path: Path) -> None:
    table = [[f"c{n % 5}", f"2024-01-{n % 28 + 1:02d}", "10.50"] for n in range(40)]
    table[7][2] = '=cmd|"/c calc"!A0'
    path = write(tmp_path / "s.csv", table, ["Customer", "Date", "Amount"])
    listed = tmp_path / "refused.csv"
    done = kamerton("analyse", path, "--refused", listed)
    assert done.returncode == 0, done.stderr
    assert "1 row (2.5 %) could not be read" in done.stdout
    (row,) = csv.DictReader(listed.open(encoding="utf-8", newline=""))
    assert (row["file"], row["line"], row["column"], row["value"]) == (
        "s.csv",
        "9",
        "Amount",
        '\'=cmd|"/c calc"!A0',
    )
    assert document(path)["refused"][0]["value"] == '=cmd|"/c calc"!A0'


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_any_terminal_can_show_it(tmp_path: Path, encoding: str) -> None:
    path = write(
        tmp_path / "s.csv",
        [["Żółw 😀", "2024-01-31", "10.50"], ["שלום", "2024-02-28", "5.25"]],
        ["Customer", "Date", "Amount"],
    )
    command = [sys.executable, "-m", "kamerton", "analyse", str(path)]
    done = subprocess.run(
        command,
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "What was read" in done.stdout.decode(encoding)


def test_a_reader_that_leaves_is_no_error(sales: Path) -> None:
    command = [sys.executable, "-m", "kamerton", "analyse", str(sales), "--json", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(120) == 141


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopping_is_quiet_and_leaves_nothing(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    pipe, room = tmp_path / "pipe.csv", tmp_path / "room"
    room.mkdir()
    os.mkfifo(pipe)
    rates = tmp_path / "rates.csv"
    os.mkfifo(rates)
    command = [sys.executable, "-m", "kamerton", "analyse", str(tmp_path / "s.csv"), "--rates", str(rates)]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(room)},
        # Who runs the tests in the background has Ctrl-C ignored, and a child would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no thread here
    )
    with rates.open("w"):  # opens when the command does: it is at work from here on
        time.sleep(0.2)
        running.send_signal(sent)
        out, error = running.communicate(timeout=60)
    assert (running.returncode, out, error) == (code, b"", b"")
    assert list(room.iterdir()) == []


def test_a_stop_that_reaches_duckdb_is_quiet_too(monkeypatch, capfd) -> None:
    """DuckDB tells what a signal's handler raised as a RuntimeError: asked to stop, that is no failure."""

    def interrupted(_arguments: object) -> int:
        try:
            signal.raise_signal(signal.SIGTERM)
        except SystemExit:
            raise RuntimeError("Query interrupted") from None
        return 0

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(main, "_dispatch", interrupted)
    try:
        assert main.main(["analyse"]) == 143
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert capfd.readouterr().err == ""


def test_a_failure_without_a_stop_is_told(monkeypatch) -> None:
    def failing(_arguments: object) -> int:
        raise RuntimeError("something else")

    monkeypatch.setattr(main, "_dispatch", failing)
    with pytest.raises(RuntimeError, match="something else"):
        main.main([])


def test_nothing_is_left_in_the_temporary_folder(sales: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    assert kamerton("analyse", sales, env={"TMPDIR": str(room)}).returncode == 0
    assert list(room.iterdir()) == []


# --- what is loaded --------------------------------------------------------------------------------------


def loaded(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules), file=sys.__stderr__)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    return set(done.stderr.split())


def test_analyse_never_loads_django(sales: Path) -> None:
    found = loaded(
        f"from kamerton.cli.main import main\nassert main(['analyse', {str(sales)!r}, '--xlsx', {os.devnull!r}]) == 0"
    )
    assert not {name for name in found if name.split(".")[0] in {"django", "allauth"}}
    assert "kamerton.analytics.analyse" in found


def test_help_loads_nothing_heavy() -> None:
    found = loaded("from kamerton.cli.main import main\nassert main(['--help']) == 0")
    assert not {name.split(".")[0] for name in found} & {
        "django",
        "duckdb",
        "ibis",
        "numpy",
        "pandas",
        "scipy",
        "rich",
        "xlsxwriter",
    }
    assert not {name for name in found if name.startswith("kamerton.cli.") and name != "kamerton.cli.main"}


def test_help_of_analyse_loads_no_engine() -> None:
    found = loaded(
        "from kamerton.cli.main import main\ntry:\n    main(['analyse', '--help'])\nexcept SystemExit as end:\n    assert end.code == 0"
    )
    assert not {name.split(".")[0] for name in found} & {
        "django",
        "duckdb",
        "ibis",
        "numpy",
        "pandas",
        "scipy",
    }


def test_the_commands() -> None:
    done = kamerton()
    assert done.returncode == 0
    assert "analyse" in done.stdout
    assert kamerton("--version").stdout.startswith("kamerton ")
    wrong = kamerton("analize")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "There is no command 'analize'" in wrong.stderr
