"""Figures: nothing divided by nothing, nothing small in public, and the list behind each number."""

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from desk.access.permissions import Role
from desk.insight.indicators import GOOD, SOLVED, figure, hidden, wilson_lower
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.worktime.periods import month_of
from tests import make


def test_nothing_of_nothing_has_no_value() -> None:
    assert figure(GOOD, {}).value is None


def test_half_solved_counts_half_and_unconfirmed_not_at_all() -> None:
    sums = {"follow.yes": 2, "follow.part": 2, "follow.no": 1, "closed.unconfirmed": 50}
    assert figure(SOLVED, sums).value == 3 / 5


@given(st.dictionaries(st.integers(1, 12), st.integers(0, 60), max_size=12))
def test_no_small_cell_can_be_worked_out_from_the_rest(cells: dict[int, int]) -> None:
    kept_back = hidden(cells)
    assert all(n >= 10 for key, n in cells.items() if key not in kept_back and n)
    behind = sum(cells[key] for key in kept_back)
    others = [n for key, n in cells.items() if key not in kept_back and n]
    assert behind == 0 or not others or (behind >= 10 and len(kept_back) > 1)


@given(st.integers(1, 500), st.integers(0, 500))
def test_the_bound_lies_below_the_share(n: int, good: int) -> None:
    good = min(good, n)
    bound = wilson_lower(good, n)
    assert bound is not None
    assert -1e-9 <= bound <= good / n + 1e-9


def test_months_follow_one_another() -> None:
    month = month_of("2026-01", utc_now().date())
    assert month is not None
    assert (month.before().text, month.after().text) == ("2025-12", "2026-02")
    for wrong in ("2026-13", "２０２６-01", "26-1", "x" * 99):
        assert month_of(wrong, utc_now().date()) is None


def test_odd_months_and_filters_are_no_500(app: Flask, client: FlaskClient) -> None:
    region = make.region()
    make.hall(region.id)
    actor = make.actor(Role.SUPERVISOR, region.id)
    db.session.remove()
    assert actor.roles
    for path in ("/board?month=2099-01", "/board?month=x", "/board.json?month=%00"):
        assert client.get(path).status_code == 404
