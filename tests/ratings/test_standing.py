"""Whether a rating counts is decided beside it, once for each reason, and never by changing it."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from desk.access.actors import SYSTEM
from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.insight import rebuilding
from desk.kernel.db import db, end_read, transaction
from desk.ratings.actions.standing import decide, standings_of
from desk.ratings.models import Rating, RatingStanding, StandingCause
from desk.ratings.scoring import measure_of
from desk.tally.models import Tally
from tests import make
from tests.ratings import given as people

PLACES: dict[int, people.Hall] = {}
APPROVED = UUID(int=5)
WORDS = (
    (False, StandingCause.DETECTOR, "too_fast", None),
    (False, StandingCause.DETECTOR, "same_text", None),
    (True, StandingCause.REVIEW, None, APPROVED),
    (False, StandingCause.APPEAL, "untrue", UUID(int=6)),
    (False, StandingCause.REVIEW, None, UUID(int=7)),
)


def say(rating: Rating, words: tuple[bool, StandingCause, str | None, UUID | None]) -> bool:
    """Decide on a rating in a transaction of its own, and tell whether it was news."""
    effective, cause, rule, approval_id = words
    with transaction():
        fresh = db.session.get_one(Rating, (rating.region_id, rating.id))
        made = decide(
            fresh,
            effective=effective,
            cause=cause,
            rule=rule,
            approval_id=approval_id,
            by=SYSTEM,
            now=make.MONDAY + timedelta(days=3),
        )
        return made is not None


def counted(level: int) -> set[int]:
    """Give how often a level is counted, in each grain."""
    end_read()
    return set(db.session.scalars(select(Tally.n).where(Tally.measure == f"rating.level.{level}")))


def kept(rating: Rating) -> Rating:
    db.session.expire_all()
    end_read()
    return db.session.get_one(Rating, (rating.region_id, rating.id))


def test_a_rating_set_aside_leaves_the_sums_of_its_own_day_and_comes_back(app: Flask) -> None:
    rating = people.rating(people.hall(), 2, now=make.MONDAY)
    assert counted(2) == {1}
    assert say(rating, WORDS[0])
    assert (counted(2), kept(rating).effective) == ({0}, False)
    assert say(rating, WORDS[2])
    assert (counted(2), kept(rating).effective) == ({1}, True)
    assert rebuilding.differences() == []
    assert faults() == []


def test_the_same_words_do_nothing_a_second_time(app: Flask) -> None:
    rating = people.rating(people.hall(), 1, now=make.MONDAY)
    assert [say(rating, WORDS[0]) for _ in range(3)] == [True, False, False]
    say(rating, WORDS[2])
    assert not say(rating, WORDS[0])
    assert kept(rating).effective
    assert [s.seq for s in standings_of(rating)] == [1, 2]
    lines = select(func.count()).where(LedgerLine.what.in_(("rating_set_aside", "rating_stands")))
    assert db.session.scalar(lines) == 2


def test_a_test_is_voided_in_the_open_and_was_never_counted(app: Flask) -> None:
    rating = people.rating(people.hall(), 1, now=make.MONDAY, is_test=True)
    say(rating, (False, StandingCause.TEST, "link", None))
    assert counted(1) == set()
    line = db.session.scalars(select(LedgerLine).where(LedgerLine.what == "rating_set_aside")).one()
    assert (line.visibility, line.body["cause"], line.body["rule"]) == ("public", "test", "link")
    assert rebuilding.differences() == []


@settings(max_examples=12)
@given(st.lists(st.sampled_from(WORDS), max_size=8))
def test_the_cache_is_the_last_word_and_the_sums_are_the_facts(
    app: Flask, said: list[tuple[bool, StandingCause, str | None, UUID | None]]
) -> None:
    if id(app) not in PLACES:
        PLACES[id(app)] = people.hall()
    place = PLACES[id(app)]
    rating = people.rating(place, 4, now=make.MONDAY)
    news = [words for words in said if say(rating, words)]
    assert news == list(dict.fromkeys(said))
    assert kept(rating).effective is (news[-1][0] if news else True)
    assert rebuilding.differences() == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM rating_standings",
        "UPDATE rating_standings SET effective = true",
        "UPDATE rating_standings SET cause = 'verdict'",
        "UPDATE ratings SET effective = true",
    ],
)
def test_the_database_refuses_to_change_what_was_decided(app: Flask, statement: str) -> None:
    say(people.rating(people.hall(), 1, now=make.MONDAY), WORDS[0])
    db.session.remove()
    with db.engine.connect() as connection, pytest.raises(Exception, match=r"append-only|never"):
        connection.execute(text(statement))


@pytest.mark.parametrize(("cause", "rule"), [("review", None), ("appeal", "x"), ("detector", None)])
def test_the_database_wants_to_know_why(app: Flask, cause: str, rule: str | None) -> None:
    rating = people.rating(people.hall(), 1, now=make.MONDAY)
    with pytest.raises(Exception, match=r"decided_by_two|detector_has_rule"):
        say(rating, (False, StandingCause(cause), rule, None))
    end_read()
    assert db.session.scalar(select(func.count()).select_from(RatingStanding)) == 0
    assert counted(1) == {1}


def test_what_a_rating_adds_to() -> None:
    own = {"round_": 1, "scored": True, "effective": True, "is_test": False, "of_case": False}
    assert measure_of(4, **own) == "rating.level.4"
    assert measure_of(4, **{**own, "of_case": True}) == "case_rating.level.4"
    assert measure_of(4, **{**own, "round_": 2}) == "rating.second.4"
    assert measure_of(4, **{**own, "scored": False}) == "rating.unscored.4"
    for change in ({"effective": False}, {"is_test": True}, {"round_": 0}):
        assert measure_of(4, **{**own, **change}) is None
