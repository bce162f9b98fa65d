"""Samples: drawn by chance that can be had again, looked at by somebody else, and what follows."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desk.access.actors import complainant_of
from desk.access.permissions import Role
from desk.accounts.models import User
from desk.audit.models import LedgerLine, Visibility
from desk.audit.queries import faults
from desk.casework.actions import diverting
from desk.casework.actions.naming import name_staff
from desk.casework.ladder import Cause, Level
from desk.casework.words import Outcome, Solved, Status
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.schedules import draw_samples
from desk.supervision.actions import auditing
from desk.supervision.actions.auditing import FINDINGS, Found
from desk.supervision.actions.sampling import periods
from desk.supervision.audits import drawn_again
from desk.supervision.drawing import SHARES, CampaignKind, Stratum, draw, read, written
from desk.supervision.models import Campaign, Card, Finding, Manner, SampleTask
from tests import make
from tests.casework.test_second_person import ELSEWHERE, Flow
from tests.people import signed_in
from tests.workbench.pages import statements
from tests.worktime.official import at

TUESDAY = at("2026-12-01 10:00")
"""In the week after the one in which everything of `make.MONDAY` is closed."""
NOTE = "电话核实，证书至今未发，回访记录与事实不符。"
TOLD = "抽查发现事项尚未办结，现重新办理。"
WRONG = Found(Finding.OVERTURNED, Manner.CALL, NOTE, TOLD)
RIGHT = Found(Finding.UPHELD, Manner.FILE, "卷宗齐全，证书已于当日送达。")

pots = st.dictionaries(st.sampled_from(list(Stratum)), st.sets(st.uuids(), max_size=60), max_size=4)


@given(st.text("0123456789abcdef", min_size=32, max_size=32), pots)
def test_the_same_seed_draws_the_same_and_of_each_pot_its_share(
    seed: str, given_pots: dict[Stratum, set[UUID]]
) -> None:
    sample = draw(seed, given_pots, SHARES)
    assert draw(seed, read(written(given_pots)), SHARES) == sample
    backwards = {stratum: sorted(keys, reverse=True) for stratum, keys in given_pots.items()}
    assert draw(seed, backwards, SHARES) == sample
    everything = {key for keys in given_pots.values() for key in keys}
    if sum(map(len, given_pots.values())) == len(everything):
        for stratum, keys in given_pots.items():
            mine = {key for key, of in sample.items() if of is stratum}
            assert mine <= keys
            assert len(mine) == ceil(len(keys) * SHARES[stratum])


def test_no_pot_is_drawn_less_than_was_promised() -> None:
    assert min(SHARES.values()) == Fraction(1, 20)
    for stratum in (Stratum.REFUSED, Stratum.ON_SPOT):
        assert SHARES[stratum] >= Fraction(1, 5)
    assert SHARES[Stratum.WITHDRAWN] == SHARES[Stratum.RED] == SHARES[Stratum.LEGACY] == 1


def test_another_seed_draws_another_sample() -> None:
    keys = [UUID(int=n) for n in range(200)]
    pot = {Stratum.OTHER: keys}
    assert len(draw("a", pot, SHARES)) == len(draw("b", pot, SHARES)) == 10
    assert draw("a", pot, SHARES) != draw("b", pot, SHARES)


def test_every_week_is_looked_at_once_and_twice_again_later() -> None:
    day, seen = date(2026, 1, 5), []
    for n in range(200):
        seen += periods(day + timedelta(days=n))
    for kind, times in ((CampaignKind.AUDIT, 1), (CampaignKind.LOOK_BACK, 2)):
        of_kind = {(p.name, p.first, p.last) for p in seen if p.kind is kind}
        assert len({name for name, *_ in of_kind}) == len(of_kind)
        assert all(first.weekday() == 0 and (last - first).days == 6 for _n, first, last in of_kind)
        weeks = Counter(first for _name, first, _last in of_kind)
        assert all((b - a).days == 7 for a, b in pairwise(sorted(weeks)))
        assert max(weeks.values()) == times


class Watch:
    """A case that was closed, and two more supervisors: one named in nothing, one who helped."""

    def __init__(self, app: Flask) -> None:
        self.app, self.flow = app, Flow(app)
        self.flow.people["watcher"] = make.actor(Role.SUPERVISOR, self.flow.region.id)
        self.flow.people["integrity"] = make.actor(Role.INTEGRITY, self.flow.region.id)

    def close(self, outcome: Outcome = Outcome.DONE) -> None:
        self.flow.to(Status.REPLIED, outcome)
        self.flow.go(
            Move.CLOSE_SOLVED, "clerk2", in_time=True, solved=Solved.YES, result_score=5,
            attitude_score=5,
        )  # fmt: skip

    def drawn(self, now: datetime = TUESDAY) -> SampleTask:
        """Draw, and give the one task there is."""
        end_read()
        draw_samples(now)
        return self.task()

    def task(self) -> SampleTask:
        end_read()
        return db.session.scalars(select(SampleTask)).one()

    def look(self, found: Found, who: str = "watcher", now: datetime = TUESDAY) -> SampleTask:
        task = self.task()
        version = self.flow.case.version
        end_read()
        with transaction():
            auditing.record_finding(
                task.id, found, version=version, by=self.flow.people[who], now=now
            )
        return self.task()

    def cards(self) -> list[tuple[Level, Cause, int]]:
        end_read()
        return [(c.level, c.cause, c.department_id) for c in db.session.scalars(select(Card))]


@pytest.fixture
def watch(app: Flask) -> Watch:
    return Watch(app)


def test_a_false_closing_is_opened_again_and_costs_a_red_card(watch: Watch) -> None:
    watch.close()
    task = watch.drawn()
    assert task.stratum is Stratum.OTHER
    assert task.due_on == date(2026, 12, 15)
    flow = watch.flow
    for who in ("lead", "handler", "clerk2", "admin", "integrity"):
        with pytest.raises((NotAllowed, NotFound)):
            watch.look(WRONG, who)
    watch.look(WRONG)
    case = flow.case
    assert (case.status, case.round) == (Status.HANDLING, 1)
    assert watch.cards() == [(Level.RED, Cause.FALSE_CLOSURE, flow.department.id)]
    assert "reopened" in flow.letters()
    lines = flow.lines(*Visibility)
    assert lines[-3:] == ["audit", "card_red", "reopen"]
    with pytest.raises(Conflict):
        watch.look(RIGHT)
    assert faults() == []


def test_what_stands_changes_nothing(watch: Watch) -> None:
    watch.close()
    watch.drawn()
    before = watch.flow.case.version
    task = watch.look(RIGHT)
    assert (task.finding, task.manner, task.note) == (RIGHT.finding, RIGHT.manner, RIGHT.note)
    assert (watch.flow.case.status, watch.flow.case.version) == (Status.CLOSED, before)
    assert watch.cards() == []


def test_nobody_looks_at_what_they_had_a_part_in(watch: Watch) -> None:
    watch.close(Outcome.EXPLAINED)
    task = watch.drawn()
    assert task.stratum is Stratum.REFUSED
    with pytest.raises(NotAllowed):
        watch.look(RIGHT, "supervisor")
    with pytest.raises(NotAllowed), transaction():
        auditing.show_number(task.id, by=watch.flow.people["supervisor"], now=TUESDAY)
    watch.look(RIGHT)


def test_whoever_is_named_finds_no_sample(watch: Watch) -> None:
    watch.close()
    task, flow = watch.drawn(), watch.flow
    page = browser(watch, "watcher").get("/supervision/audits").get_data(as_text=True)
    assert flow.number in page
    login = db.session.get_one(User, flow.people["watcher"].user_id).login
    end_read()
    with transaction():
        name_staff(flow.number, login, version=flow.case.version, by=flow.people["clerk"],
                   now=TUESDAY)  # fmt: skip
    for path in ("/supervision/audits", "/supervision/audits?state="):
        page = browser(watch, "watcher").get(path).get_data(as_text=True)
        assert flow.number not in page
        assert str(task.id) not in page
    assert browser(watch, "watcher").get(f"/supervision/audits/{task.id}").status_code == 404
    with pytest.raises(NotFound):
        watch.look(RIGHT)


@pytest.mark.parametrize(
    ("found", "field"),
    [
        (Found(Finding.REBOUND, Manner.CALL, NOTE, TOLD), "finding"),
        (Found(Finding.UPHELD, Manner.CALL, "没有问题"), "note"),
        (Found(Finding.OVERTURNED, Manner.CALL, NOTE, " "), "told"),
    ],
)
def test_what_is_missing_is_asked_for(watch: Watch, found: Found, field: str) -> None:
    watch.close()
    watch.drawn()
    with pytest.raises(Invalid) as refusal:
        watch.look(found)
    assert refusal.value.field == field
    assert watch.task().done_at is None


def test_a_withdrawal_is_always_looked_at_and_can_be_restored(watch: Watch) -> None:
    flow = watch.flow
    flow.go(Move.WITHDRAW, "complainant", text="不用了")
    task = watch.drawn()
    assert task.stratum is Stratum.WITHDRAWN
    watch.look(WRONG)
    assert flow.case.status is Status.SUBMITTED
    assert watch.cards() == []


def test_a_refusal_to_accept_is_set_right(watch: Watch) -> None:
    flow = watch.flow
    flow.act(diverting.propose_divert, "clerk", ELSEWHERE)
    flow.go(Move.DIVERT, "clerk2")
    assert watch.drawn().stratum is Stratum.DIVERTED
    watch.look(WRONG)
    assert flow.case.status is Status.SUBMITTED


def test_too_late_to_restore_changes_nothing(watch: Watch) -> None:
    watch.flow.go(Move.WITHDRAW, "complainant", text="不用了")
    watch.drawn()
    with pytest.raises(Conflict):
        watch.look(WRONG, now=TUESDAY + timedelta(days=60))
    assert watch.task().done_at is None
    assert watch.flow.case.status is Status.WITHDRAWN


def test_a_closing_is_visited_again_and_a_rebound_opens_it(watch: Watch) -> None:
    watch.close(Outcome.EXPLAINED)
    later = TUESDAY + timedelta(days=35)
    task = watch.drawn(later)
    assert task.stratum is Stratum.LATER
    watch.look(Found(Finding.REBOUND, Manner.VISIT, NOTE, TOLD), now=later)
    assert (watch.flow.case.status, watch.flow.case.round) == (Status.HANDLING, 1)
    assert watch.cards() == []


def test_drawing_twice_draws_once_and_can_be_had_again(watch: Watch) -> None:
    watch.close()
    for _ in range(6):
        make.case(watch.flow.region.id, watch.flow.hall.id)
    watch.drawn()
    draw_samples(TUESDAY + timedelta(hours=2))
    end_read()
    drawn = db.session.scalars(select(Campaign).where(Campaign.n > 0)).all()
    assert [(one.kind, one.n, one.name) for one in drawn] == [(CampaignKind.AUDIT, 1, "2026-W48")]
    assert len(drawn[0].seed) == 32
    assert drawn_again(drawn[0])
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.what == "draw_sample")).all()
    assert [line.body["seed"] for line in lines if line.body["n"]] == [drawn[0].seed]
    end_read()
    with transaction():
        watch.task().stratum = Stratum.RED
    end_read()
    assert not drawn_again(db.session.get_one(Campaign, (drawn[0].region_id, drawn[0].id)))
    assert FINDINGS.keys() == set(CampaignKind)


@contextmanager
def on(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def browser(watch: Watch, who: str) -> FlaskClient:
    return signed_in(watch.app.test_client(), watch.flow.people[who], watch.flow.region.id)


def test_the_pages_from_the_draw_to_the_case_taken_up(watch: Watch) -> None:
    watch.close()
    task = watch.drawn()
    flow, path = watch.flow, f"/supervision/audits/{watch.task().id}"
    with on(TUESDAY):
        seen = browser(watch, "watcher")
        page = seen.get("/supervision/audits").get_data(as_text=True)
        assert path in page
        drawn = re.search(r'href="(/supervision/audits/draws/[^"]+)"', page)
        assert drawn is not None
        page = seen.get(drawn[1]).get_data(as_text=True)
        assert "govuk-tag--green" in page
        assert flow.number in page
        page = seen.get(path).get_data(as_text=True)
        assert make.PERSON.phone not in page
        assert seen.post(f"{path}/number").status_code == 303
        assert make.PERSON.phone in seen.get(path).get_data(as_text=True)
        helped = browser(watch, "integrity")
        page = helped.get(path).get_data(as_text=True)
        assert "<textarea" not in page
        assert flow.case.title not in page
        assert helped.post(path, data={}).status_code == 403
        data = {
            "version": str(flow.case.version), "manner": "call", "finding": "overturned",
            "note": NOTE, "told": "",
        }  # fmt: skip
        answer = seen.post(path, data=data)
        assert (answer.status_code, NOTE in answer.get_data(as_text=True)) == (422, True)
        answer = seen.post(path, data=data | {"told": TOLD, "version": "1"})
        assert (answer.status_code, TOLD in answer.get_data(as_text=True)) == (409, True)
        answer = seen.post(path, data=data | {"told": TOLD})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        assert NOTE in seen.get(path).get_data(as_text=True)
        assert flow.number in seen.get("/supervision/audits?finding=overturned").get_data(
            as_text=True
        )
        answer = seen.post(path, data=data | {"told": TOLD})
        assert (answer.status_code, NOTE in answer.get_data(as_text=True)) == (409, True)
    assert flow.case.status is Status.HANDLING
    assert task.id


@pytest.mark.parametrize("text", ["", " ", "a\x00b", "\ud800", "１２３", "字" * 2001])
def test_bad_input_changes_nothing(watch: Watch, text: str) -> None:
    watch.close()
    path = f"/supervision/audits/{watch.drawn().id}"
    with on(TUESDAY):
        seen = browser(watch, "watcher")
        for name in ("note", "finding", "manner", "version"):
            data = {"manner": "call", "finding": "upheld", "note": NOTE, "version": "7"}
            data[name] = text
            sent = {key: value.encode("utf-8", "surrogatepass") for key, value in data.items()}
            assert seen.post(path, data=sent).status_code in {400, 409, 422}, name
        for query in ("kind=x", "state=x", "finding=x"):
            assert seen.get(f"/supervision/audits?{query}").status_code == 404
        assert seen.get("/supervision/audits?at=zzz").status_code == 422
    assert watch.task().done_at is None


def test_the_list_costs_the_same_with_many(watch: Watch) -> None:
    watch.flow.go(Move.WITHDRAW, "complainant", text="不用了")
    for _ in range(34):
        receipt = make.case(watch.flow.region.id, watch.flow.hall.id)
        watch.flow.number, watch.flow.id = receipt.number, receipt.case.id
        mine = complainant_of(watch.flow.region.id, receipt.case.id)
        watch.flow.people["complainant"] = mine
        watch.flow.go(Move.WITHDRAW, "complainant", text="不用了")
    end_read()
    draw_samples(TUESDAY)
    with on(TUESDAY):
        seen = browser(watch, "watcher")
        seen.get("/supervision/audits")
        with statements() as asked:
            page = seen.get("/supervision/audits").get_data(as_text=True)
        assert page.count('class="dk-ref"') == 30
        assert len(asked) < 14
        next_ = re.search(r'href="([^"]+)" rel="next"', page)
        assert next_ is not None
        rest = seen.get(next_[1].replace("&amp;", "&")).get_data(as_text=True)
    assert rest.count('class="dk-ref"') == 5
