"""Searching cases: literal, within one's scope, the newest first, and honest about its limit."""

from datetime import timedelta

import pytest
from flask import Flask

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.casework.queries.search import search
from tests import make


def found(actor: Actor, words: str, cap: int = 1000) -> list[str] | None:
    result = search(actor, words, cap=cap)
    return None if result is None else [row.title for row in result.rows]


@pytest.fixture
def boss(app: Flask) -> Actor:
    region = make.region()
    here, there = make.hall(region.id), make.hall(region.id)
    texts = ("房产证丢了", "１００%_的材料", "产房证明", "ＡBC-9 号线", "Ⅱ期①号楼")
    for n, text in enumerate(texts):
        hall = there if n == 2 else here
        now = make.MONDAY + timedelta(minutes=n)
        make.case(region.id, hall.id, now, title=text, story="另有说明", wish="请办理")
    return make.actor(Role.SUPERVISOR, region.id)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("房产", ["房产证丢了"]),
        ("产房", ["产房证明"]),
        ("产", ["产房证明", "房产证丢了"]),
        ("证丢了", ["房产证丢了"]),
        ("100%_", ["１００%_的材料"]),
        ("%", None),
        ("0%_的", ["１００%_的材料"]),
        ("0__的", []),
        ("abc", ["ＡBC-9 号线"]),
        ("c-9 号", ["ＡBC-9 号线"]),
        ("ii期1号", ["Ⅱ期①号楼"]),
        ("说明 请", []),
        ("，。", None),
        ("", None),
        ("\0", None),
        ("'\" OR 1=1", []),
        ("房产 AND 证", []),
        ("房产*", []),
        ("𠮷", []),
    ],
)
def test_what_is_found_is_what_is_written(
    boss: Actor, words: str, wanted: list[str] | None
) -> None:
    assert found(boss, words) == wanted


def test_the_newest_come_first_and_the_limit_is_said(boss: Actor) -> None:
    assert found(boss, "说明") == [
        "Ⅱ期①号楼", "ＡBC-9 号线", "产房证明", "１００%_的材料", "房产证丢了",
    ]  # fmt: skip
    limited = search(boss, "说明", cap=2)
    assert limited is not None
    assert limited.capped
    assert [row.title for row in limited.rows] == ["Ⅱ期①号楼", "ＡBC-9 号线"]
    whole = search(boss, "说明", cap=5)
    assert whole is not None
    assert not whole.capped


def test_nobody_finds_what_they_may_not_see(boss: Actor) -> None:
    region_id = next(iter(boss.seats[0].region_ids))
    other_hall = make.hall(region_id)
    assert found(make.actor(Role.CLERK, region_id, hall_id=other_hall.id), "说明") == []
    assert found(make.actor(Role.ADMIN, region_id), "说明") == []
