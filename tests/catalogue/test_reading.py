"""A row becomes an entry, or the reason why not names the column of the file."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel

from desk.catalogue.entry import ItemEntry, breaches_of
from desk.catalogue.reading import FIELDS, NEEDED, entry_of
from desk.kernel.errors import Invalid
from desk.kernel.mapping import ColumnMapping, own_columns

OWN = own_columns(FIELDS, NEEDED)
LEAST = {"code": "A1", "name": "不动产转移登记", "department": "登记中心"}


@pytest.fixture(autouse=True)
def speaking() -> object:
    app = Flask("bare")
    Babel(app, default_locale="en")
    with app.app_context():
        yield


def entry(**cells: str) -> ItemEntry:
    return entry_of({**LEAST, **cells}, OWN)


def test_the_least_row_is_an_item_of_which_little_is_said() -> None:
    assert entry() == ItemEntry(
        code="A1", name_zh="不动产转移登记", name_en=None, department="登记中心",
        department_code=None, type="", level="", legal_n=None, legal_unit=None, promised_n=None,
        promised_unit=None, visits=None, online=False, instant=False, ratable=True, reach=(),
        materials=(), guide={}, active_to=None,
    )  # fmt: skip


def test_a_full_row_is_read_by_kind() -> None:
    read = entry(
        legal="30", promised="4", promised_unit="calendar_day", visits="1", online="是",
        by_post="yes", ratable="否", reach="cross_region|across_provinces", level="county",
        materials=" 申请表 |身份证||申请表", aliases="过户|房产过户", active_to="2030-01-31",
        fee="80元", name="  不动产\n转移   登记 ",
    )  # fmt: skip
    assert (read.legal_n, read.legal_unit) == (30, "working_day")
    assert (read.promised_n, read.promised_unit) == (4, "calendar_day")
    assert (read.visits, read.online, read.ratable) == (1, True, False)
    assert read.reach == ("across_provinces", "cross_region")
    assert read.materials == ("申请表", "身份证")
    assert read.guide == {"by_post": True, "aliases": ["过户", "房产过户"], "fee": "80元"}
    assert read.name_zh == "不动产 转移 登记"
    assert read.active_to == date(2030, 1, 31)


def test_a_promise_of_no_days_is_done_at_once_unless_said_otherwise() -> None:
    assert entry(promised="0").instant is True
    assert entry(promised="1").instant is False
    assert entry(promised="0", instant="no").instant is False


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("code", ""),
        ("code", "a b"),
        ("code", "a/b"),
        ("code", "search"),
        ("code", "x" * 81),
        ("code", "1.1E+10"),
        ("name", "   "),
        ("name", "名" * 301),
        ("department", ""),
        ("legal", "三十"),
        ("legal", "30.5"),
        ("legal", "-1"),
        ("legal", "١٢"),
        ("legal", "99999"),
        ("promised_unit", "月"),
        ("visits", "100"),
        ("online", "也许"),
        ("level", "planet"),
        ("reach", "across_provinces|moon"),
        ("active_to", "44927"),
        ("active_to", "2026-13-01"),
        ("active_to", "1/2/26"),
        ("active_to", "26-01-01"),
        ("consult_phone", "1.38E+10"),
        ("conditions", "长" * 20_001),
    ],
)
def test_a_cell_that_cannot_be_meant_is_refused_by_its_column(column: str, cell: str) -> None:
    with pytest.raises(Invalid) as caught:
        entry(**{column: cell})
    assert caught.value.field == column
    assert caught.value.message.startswith(f"{column} ")


def test_the_reason_names_the_column_of_the_file() -> None:
    theirs = ColumnMapping(
        columns={"code": "编码", "name": "名称", "department": "部门", "legal": "法定时限"},
        values={}, lists={}, constants={"level": "county"}, required=["编码"],
    )  # fmt: skip
    with pytest.raises(Invalid) as caught:
        entry_of({"编码": "1", "名称": "x", "部门": "y", "法定时限": "many"}, theirs)
    assert caught.value.message == "法定时限 is not a whole number from 0 to 9999."


@pytest.mark.parametrize(
    ("cells", "rule", "stops"),
    [
        ({"legal": "5", "promised": "6"}, "promised_within_legal", True),
        ({"legal": "7", "legal_unit": "calendar_day", "promised": "6"},
         "promised_within_legal", True),
        ({"promised": "3", "instant": "yes"}, "instant_is_zero", True),
        ({"promised": "0", "instant": "no"}, "instant_is_zero", True),
        ({"instant": "yes"}, "instant_is_zero", True),
        ({"visits": "1"}, "visits_have_reason", False),
        ({"visits": "0", "online": "no"}, "no_visit_has_a_way", False),
        ({"fee": "80"}, "fee_has_basis", False),
        ({"consult_phone": "1", "complaint_phone": "1"}, "phones_differ", False),
        ({"licence": "不动产权证书"}, "licence_has_sample", False),
    ],
)  # fmt: skip
def test_each_rule_of_the_catalogue_is_named(
    cells: dict[str, str], rule: str, *, stops: bool
) -> None:
    assert [(b.rule, b.stops) for b in breaches_of(entry(**cells))] == [(rule, stops)]


@pytest.mark.parametrize(
    "cells",
    [
        {"legal": "7", "legal_unit": "calendar_day", "promised": "5"},
        {"legal": "5", "promised": "7", "promised_unit": "calendar_day"},
        {"promised": "0", "instant": "yes"},
        {"visits": "1", "visits_reason": "核验原件"},
        {"visits": "0", "by_post": "yes"},
        {"visits": "0", "online": "yes"},
        {"fee": "80", "fee_basis": "文件"},
        {"consult_phone": "1", "complaint_phone": "2"},
        {"licence": "证", "result_sample": "样本"},
    ],
)
def test_what_keeps_the_rules_is_not_remarked(cells: dict[str, str]) -> None:
    assert list(breaches_of(entry(**cells))) == []
