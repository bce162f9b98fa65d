"""Loading a catalogue keeps what was promised when, and a second loading changes nothing."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from desk.access.actors import SYSTEM
from desk.audit.models import LedgerLine
from desk.catalogue.actions import Loaded, load_entries
from desk.catalogue.entry import ItemEntry
from desk.catalogue.models import Item, ItemDoc, ItemVersion
from desk.catalogue.queries import version_in_force
from desk.kernel.db import db, transaction
from desk.kernel.errors import Invalid
from desk.organisation.models import Department, Region
from tests import make

JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)
ENTRY = ItemEntry(
    code="A1", name_zh="不动产转移登记", name_en="Transfer of property", department="登记中心",
    department_code=None, type="行政确认", level="county", legal_n=30, legal_unit="working_day",
    promised_n=5, promised_unit="working_day", visits=1, online=True, instant=False, ratable=True,
    reach=("cluster",), materials=("申请表",), guide={"aliases": ["过户"]}, active_to=None,
)  # fmt: skip


def load(region: Region, *entries: ItemEntry, valid_from: date = JANUARY) -> Loaded:
    with transaction():
        return load_entries(
            region, entries, valid_from=valid_from, source="test", by=SYSTEM, now=make.MONDAY
        )


def counts() -> tuple[int, ...]:
    tables = (Item, ItemVersion, ItemDoc, Department, LedgerLine)
    return tuple(db.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables)


def test_a_second_loading_changes_nothing(app: Flask) -> None:
    region = make.region()
    assert load(region, ENTRY) == Loaded(new=1, departments=["登记中心"])
    before = counts()
    assert load(region, ENTRY, valid_from=JUNE) == Loaded(unchanged=1)
    assert counts() == before == (1, 1, 1, 1, 1)


def test_what_changed_holds_from_the_new_day_on(app: Flask) -> None:
    region = make.region()
    load(region, ENTRY)
    item_id = db.session.scalars(select(Item.id)).one()
    assert load(region, replace(ENTRY, promised_n=3), valid_from=JUNE) == Loaded(changed=1)
    promised = {
        on: version.promised_n if (version := version_in_force(item_id, on)) else None
        for on in (date(2025, 12, 31), JANUARY, date(2026, 5, 31), JUNE, date(2030, 1, 1))
    }
    assert list(promised.values()) == [None, 5, 5, 3, 3]


def test_two_changes_of_one_day_leave_the_last_in_force(app: Flask) -> None:
    region = make.region()
    for promised in (5, 4, 3):
        load(region, replace(ENTRY, promised_n=promised))
    item_id = db.session.scalars(select(Item.id)).one()
    version = version_in_force(item_id, JANUARY)
    assert version is not None
    assert (version.version, version.promised_n) == (3, 3)
    in_force = select(func.count()).where(ItemVersion.valid_to.is_(None))
    assert db.session.scalar(in_force) == 1


def test_an_older_file_does_not_rewrite_what_is_newer(app: Flask) -> None:
    region = make.region()
    load(region, ENTRY, valid_from=JUNE)
    with pytest.raises(Invalid):
        load(region, replace(ENTRY, promised_n=3), valid_from=JANUARY)
    assert counts()[1] == 1


def test_ending_an_item_or_moving_it_makes_no_version(app: Flask) -> None:
    region = make.region()
    load(region, ENTRY)
    moved = replace(ENTRY, department="新中心", active_to=JUNE)
    assert load(region, moved) == Loaded(changed=1, departments=["新中心"])
    item = db.session.scalars(select(Item)).one()
    department = db.session.get(Department, item.department_id)
    assert (item.active_to, department and department.name_zh) == (JUNE, "新中心")
    assert counts()[1] == 1


def test_departments_are_matched_by_code_then_by_name(app: Flask) -> None:
    region = make.region()
    known = make.department(region.id, "登记中心")
    other = make.department(region.id, "税务局")
    by_code = replace(ENTRY, code="B", department="改了名的", department_code=other.code)
    by_name = replace(ENTRY, code="C", department_code="unknown")
    new = replace(ENTRY, code="D", department="新局", department_code="X9")
    numbered = replace(ENTRY, code="E", department="另一个局")
    load(region, by_code, by_name, new, numbered)
    rows = db.session.execute(
        select(Item.code, Department.code).join(Department, Department.id == Item.department_id)
    )
    found = dict(rows.all())
    assert found["B"] == other.code
    assert found["C"] == known.code
    assert found["D"] == "X9"
    assert found["E"].startswith("D0")


def test_more_than_a_chunk_is_loaded_whole(app: Flask) -> None:
    region = make.region()
    entries = [replace(ENTRY, code=f"A{n}") for n in range(1101)]
    assert load(region, *entries) == Loaded(new=1101, departments=["登记中心"])
    changed = [replace(e, visits=0) if n % 2 else e for n, e in enumerate(entries)]
    assert load(region, *changed, valid_from=JUNE) == Loaded(changed=550, unchanged=551)
