"""What the window can set right itself, and what it may not."""

import pytest
from flask import Flask
from sqlalchemy import select

from desk.casework.models import CaseClock, Reply
from desk.casework.words import Result, Review, Status, Step
from desk.insight import rebuilding
from desk.kernel.db import db, end_read
from tests.casework.test_life import Desk
from tests.workbench.pages import ANSWERS, APPROVAL, REPLY, Pages


@pytest.fixture
def pages(app: Flask) -> Pages:
    pages = Pages(Desk(app))
    pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
    return pages


def test_the_window_solves_and_somebody_else_asks(pages: Pages) -> None:
    assert "当场解决" in pages.get("clerk")
    pages.do("clerk", "solve_on_spot", **REPLY, **APPROVAL)
    case = pages.desk.case
    assert (case.status, case.department_id, case.root_cause) == (Status.REPLIED, None, "R02")
    reply = db.session.scalars(select(Reply)).one()
    assert (reply.review, reply.reviewer_id) == (Review.ON_SPOT, None)
    running = set(db.session.scalars(select(CaseClock.step).where(CaseClock.stopped_at.is_(None))))
    assert running == {Step.FOLLOW_UP, Step.CONFIRM}
    assert pages.post("clerk", "close_solved", **ANSWERS).status_code == 409
    pages.do("clerk2", "close_solved", **ANSWERS)
    assert pages.desk.case.result is Result.SOLVED
    end_read()
    assert rebuilding.differences() == []


def test_a_refusal_is_never_given_on_the_spot(pages: Pages) -> None:
    answer = pages.post("clerk", "solve_on_spot", **{**REPLY, **APPROVAL, "outcome": "EXPLAINED"})
    assert answer.status_code == 422
    assert REPLY["facts"] in answer.get_data(as_text=True)
    assert pages.desk.case.status is Status.ACCEPTED


def test_done_needs_what_shows_it(pages: Pages) -> None:
    answer = pages.post("clerk", "solve_on_spot", **{**REPLY, **APPROVAL, "evidence": ""})
    assert answer.status_code == 422
    assert db.session.scalars(select(Reply)).all() == []


def test_not_solved_goes_back_to_the_window(pages: Pages) -> None:
    pages.do("clerk", "solve_on_spot", **REPLY, **APPROVAL)
    pages.do("clerk2", "redo", text="还是没办成。")
    assert pages.desk.case.status is Status.ACCEPTED
    pages.do("clerk", "solve_on_spot", **{**REPLY, "facts": "又核对了一遍清单。"}, **APPROVAL)
    assert pages.desk.case.round == 1
