"""Whom a note names with an @, and that they are told of it, and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts.models import User
from desk.casework.mentions import Colleague, has_mark, mentioned
from desk.casework.queries.notices import notices_of
from desk.kernel.db import db, end_read
from desk.notify.models import Letter
from desk.notify.notices import Notice
from tests import make
from tests.workbench.pages import Pages

PEOPLE = (
    Colleague(1, "clerk", "李明"),
    Colleague(2, "clerk2", "李明华"),
    Colleague(3, "ann", "Ann O'Neil"),
    Colleague(4, "ann2", "李明"),
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@李明华请看", [2]),
        ("@李明请看", [1, 4]),
        ("请@CLERK2和＠ann看", [2, 3]),
        ("@Ann O'Neil, please", [3]),
        ("@annabel", []),
        ("@ann2", [4]),
        ("mail ann@example.org", []),
        ("@", []),
        ("@ 李明", []),
        ("@@李明华 @李明华", [2]),
        ("李明", []),
        ("", []),
    ],
)
def test_a_name_behind_an_at_is_somebody(text: str, ids: list[int]) -> None:
    assert [one.id for one in mentioned(text, PEOPLE)] == ids


@given(st.text(alphabet="@＠李明华 annclerk2.O'Neil", max_size=40))
def test_only_those_are_named_whose_name_stands_there(text: str) -> None:
    found = mentioned(text, PEOPLE)
    assert len(found) == len({one.id for one in found})
    low = text.casefold()
    for one in found:
        assert has_mark(text)
        assert one.name.casefold() in low or one.login in low


def told(pages: Pages, who: str) -> list[Notice]:
    end_read()
    return [one.kind for one in notices_of(pages.desk.people[who], None).rows]


def named(pages: Pages, who: str) -> str:
    end_read()
    return db.session.get_one(User, pages.desk.people[who].user_id).name


def test_whoever_a_note_names_is_told_and_nobody_else(pages: Pages) -> None:
    name = named(pages, "clerk2")
    pages.do("clerk", "acts/note", text=f"@{name} 请核对，另请@nobody看")
    assert told(pages, "clerk2") == [Notice.MENTION]
    assert told(pages, "supervisor") == []
    assert f"已告知：{name}" in pages.get("clerk2").replace("： ", "：")
    assert "请核对" not in str([letter.context for letter in db.session.scalars(select(Letter))])


def test_a_note_tells_neither_its_author_nor_those_who_may_not_see(pages: Pages) -> None:
    desk = pages.desk
    handler, clerk = named(pages, "handler"), named(pages, "clerk")
    pages.do("clerk", "acts/note", text=f"@{handler} @{clerk} 看一下")
    assert told(pages, "handler") == told(pages, "clerk") == []
    hall = make.hall(desk.region.id)
    desk.people["elsewhere"] = make.actor(Role.CLERK, desk.region.id, hall_id=hall.id)
    pages.do("clerk", "acts/note", text=f"@{named(pages, 'elsewhere')} 看一下")
    assert told(pages, "elsewhere") == []


def test_the_form_lists_whom_one_can_name(pages: Pages) -> None:
    page = pages.get("clerk", "?do=note")
    assert named(pages, "clerk2") in page
    assert named(pages, "handler") not in page
    assert "data-names" not in pages.get("clerk", "?do=message")
