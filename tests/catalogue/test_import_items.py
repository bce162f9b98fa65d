"""`flask desk import-items`: all or nothing, every bad row named, and nothing the second time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from desk.catalogue.models import Item, ItemVersion
from desk.catalogue.queries import figures
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.organisation.models import Department
from desk.worktime.calendar import local_day
from tests import make
from tests.real import real_file

ROOT = Path(__file__).resolve().parents[2]
HEADER = "code,name,department,legal,promised,visits,online"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(app: Flask, *args: object) -> Result:
    result = app.test_cli_runner().invoke(args=["desk", "import-items", *map(str, args)])
    end_read()
    return result


def written(tmp_path: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = tmp_path / "items.csv"
    path.write_bytes("\n".join((header, *rows, "")).encode(encoding))
    return path


def n_of(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


GOOD = "A1,不动产转移登记,登记中心,30,5,0,yes"


def test_a_good_file_is_loaded_and_loading_it_again_changes_nothing(
    app: Flask, tmp_path: Path
) -> None:
    make.region()
    path = written(tmp_path, GOOD, "A2,税务注销,税务局,,,,")
    first = run(app, path)
    assert first.exit_code == 0, first.output
    assert "2 new, 0 changed, 0 as before, 0 left out." in first.output
    assert "2 departments added: 登记中心、税务局" in first.output
    second = run(app, path)
    assert "0 new, 0 changed, 2 as before, 0 left out." in second.output
    assert (n_of(Item), n_of(ItemVersion), n_of(Department)) == (2, 2, 2)


def test_one_bad_row_of_many_changes_nothing_unless_told_so(app: Flask, tmp_path: Path) -> None:
    make.region()
    rows = [f"A{n},事项{n},登记中心,30,5,0,yes" for n in range(10_000)]
    rows[6_000] = "A6000,事项,登记中心,5,30,0,yes"
    path = written(tmp_path, *rows)
    refused = run(app, path)
    assert refused.exit_code == 1
    assert "line 6002: item A6000: The promise (30 working_day) is longer" in refused.output
    assert "1 bad rows, 9999 good ones. Nothing was changed." in refused.output
    assert (n_of(Item), n_of(Department)) == (0, 0)
    loaded = run(app, path, "--skip-bad")
    assert loaded.exit_code == 0
    assert "9999 new, 0 changed, 0 as before, 1 left out." in loaded.output
    assert n_of(Item) == 9_999


def test_twenty_faults_are_shown_and_all_are_written_down(app: Flask, tmp_path: Path) -> None:
    make.region()
    report = tmp_path / "report.txt"
    path = written(tmp_path, GOOD, *(f"B{n},,登记中心,,,," for n in range(30)))
    result = run(app, path, "--report", report)
    shown = [line for line in result.output.splitlines() if line.startswith("line ")]
    assert len(shown) == 20
    assert "… and 10 more." in result.output
    lines = report.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "line 3: name is empty."
    assert len(lines) == 30


def test_faults_come_before_remarks_and_remarks_are_counted(app: Flask, tmp_path: Path) -> None:
    make.region()
    path = written(tmp_path, "A1,甲,局,,,1,", "A2,乙,局,,,2,", "A3,,局,,,,")
    lines = run(app, path, "--skip-bad").output.splitlines()
    assert lines[0] == "line 4: name is empty."
    assert lines[1].startswith("line 2, remark: item A1: Visits are needed")
    assert "remark: visits_have_reason: 2 items" in lines


def test_a_code_twice_is_named_with_the_line_of_the_first(app: Flask, tmp_path: Path) -> None:
    make.region()
    result = run(app, written(tmp_path, GOOD, "B1,乙,局,,,,", "A1,丙,局,,,,"))
    assert "line 4: The code A1 stands already on line 2." in result.output
    assert n_of(Item) == 0


def test_a_try_counts_and_changes_nothing(app: Flask, tmp_path: Path) -> None:
    make.region()
    result = run(app, written(tmp_path, GOOD), "--dry-run")
    assert "1 new, 0 changed, 0 as before, 0 left out." in result.output
    assert "Only tried: nothing was changed." in result.output
    assert (n_of(Item), n_of(Department)) == (0, 0)


def test_a_declared_encoding_is_read_and_an_undeclared_one_refused(
    app: Flask, tmp_path: Path
) -> None:
    make.region()
    path = written(tmp_path, GOOD, encoding="gb18030")
    refused = run(app, path)
    assert (refused.exit_code, n_of(Item)) == (1, 0)
    assert "Line 2 cannot be read as UTF-8" in refused.output
    assert run(app, path, "--encoding", "gb18030").exit_code == 0
    assert db.session.scalars(select(ItemVersion.name_zh)).one() == "不动产转移登记"


def test_formulas_are_text(app: Flask, tmp_path: Path) -> None:
    make.region()
    path = written(tmp_path, "A1,=HYPERLINK(1),@SUM,,,,", "A2,+1,-2,,,,")
    assert run(app, path).exit_code == 0
    assert set(db.session.scalars(select(ItemVersion.name_zh))) == {"=HYPERLINK(1)", "+1"}


def test_columns_that_are_not_read_are_named(app: Flask, tmp_path: Path) -> None:
    make.region()
    path = written(tmp_path, GOOD + ",x", header=HEADER + ",promissed")
    assert "Columns not read: promissed" in run(app, path).output


def test_a_day_and_a_region_can_be_named(app: Flask, tmp_path: Path) -> None:
    make.region()
    other = make.region("XY", "000001", limits=False)
    path = written(tmp_path, GOOD)
    result = run(app, path, "--region", "000001", "--valid-from", "2020-02-29")
    assert result.exit_code == 0
    item = db.session.scalars(select(Item)).one()
    assert item.region_id == other.id
    assert db.session.scalars(select(ItemVersion.valid_from)).one().isoformat() == "2020-02-29"
    assert "no region with the code 9" in run(app, path, "--region", "9").output


def test_before_there_is_a_region_it_says_what_to_do(app: Flask, tmp_path: Path) -> None:
    result = run(app, written(tmp_path, GOOD))
    assert result.exit_code == 1
    assert "set up" in result.output


def test_a_mapping_that_is_not_there_is_named(app: Flask, tmp_path: Path) -> None:
    make.region()
    result = run(app, written(tmp_path, GOOD), "--mapping", "nowhere")
    assert result.exit_code == 1
    assert "nowhere" in result.output


def test_the_terminal_is_answered_in_its_language(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.region()
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "新增1项" in run(app, written(tmp_path, GOOD)).output


@pytest.mark.parametrize(
    ("name", "mapping", "items", "departments"),
    [
        ("items_guangdong.csv", "guangdong", 2262, 177),
        ("items_guangan_district.csv", "guangan_district", 1135, 34),
    ],
)
def test_a_real_catalogue_is_loaded(
    app: Flask, name: str, mapping: str, items: int, departments: int
) -> None:
    region = make.region()
    path = real_file(name)
    first = run(app, path, "--mapping", mapping)
    assert first.exit_code == 0, first.output
    assert f"{items} new, 0 changed, 0 as before, 0 left out." in first.output
    assert f"0 new, 0 changed, {items} as before" in run(app, path, "--mapping", mapping).output
    assert (n_of(Item), n_of(ItemVersion), n_of(Department)) == (items, items, departments)
    today = local_day(utc_now(), region.time_zone)
    assert figures(region.id, on=today)[0].denominator == items


@pytest.mark.slow
def test_an_import_that_is_killed_leaves_nothing_half_done(app: Flask, tmp_path: Path) -> None:
    make.region()
    path = written(tmp_path, *(f"A{n},事项{n},登记中心,30,5,0,yes" for n in range(4_000)))
    settings = app.extensions["settings"]
    environment = {
        **os.environ,
        "DESK_SECRET_KEY": settings.secret_key,
        "DESK_DATA_KEYS": settings.data_keys,
        "DESK_INDEX_KEY": settings.index_key,
        "DESK_DATABASE_URL": settings.database_url,
        "DESK_DEMO": "1",
        "FLASK_APP": "wsgi:app",
    }
    command = [sys.executable, "-m", "flask", "desk", "import-items", str(path)]
    how = {"cwd": ROOT, "env": environment, "stdout": subprocess.DEVNULL}
    start = time.monotonic()
    subprocess.run([*command, "--dry-run"], check=True, **how)
    whole = time.monotonic() - start
    for share in (0.5, 0.7, 0.85):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **how)
        time.sleep(whole * share)
        process.send_signal(signal.SIGKILL)
        process.wait()
        end_read()
        assert n_of(Item) in {0, 4_000}
    assert run(app, path).exit_code == 0
    assert n_of(Item) == n_of(ItemVersion) == 4_000
