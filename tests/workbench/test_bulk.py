"""Many cases at once: the bar counts what the rules allow, and each case passes them by itself."""

import re

from desk.audit.queries import faults, lines_of
from desk.casework import workflow
from desk.casework.models import Case
from desk.casework.queries.context import context_of
from desk.casework.queries.scope import case_of, cases_of
from desk.casework.together import STEPS, Together, needs_brief
from desk.casework.words import IdentityMode
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.workbench.views.bulk import MOST
from desk.workbench.views.page import acts_of
from tests import make
from tests.workbench.pages import Pages, elsewhere, statements
from tests.workbench.test_narrowing import district

BULK = "/desk/queue/bulk"


def cases(pages: Pages, n: int, **changes: object) -> list[str]:
    desk = pages.desk
    return [make.case(desk.region.id, desk.hall.id, **changes).number for _ in range(n)]


def ticks(pages: Pages, who: str, numbers: list[str]) -> list[str]:
    """Tick boxes as the page of the list has them."""
    page = pages.browser(who).get("/desk/queue?tab=all").get_data(as_text=True)
    found = dict(re.findall(r'name="case" value="(([^":]+):\d+)"', page))
    by_number = {number: value for value, number in found.items()}
    return [by_number[number] for number in numbers]


def status_of(pages: Pages, who: str, number: str) -> str:
    end_read()
    return case_of(pages.desk.people[who], number).status.value


def test_the_bar_counts_what_the_page_of_each_case_offers(pages: Pages) -> None:
    (number,) = cases(pages, 1)
    pages.browser("clerk").post(
        BULK,
        data={"do": "accept", "case": ticks(pages, "clerk", [number]), "complexity": "simple"},
    )
    district(pages)
    now, seen = utc_now(), set()
    for who in ("clerk", "handler", "lead", "supervisor"):
        actor = pages.desk.people[who]
        page = pages.browser(who).get("/desk/queue?tab=all").get_data(as_text=True)
        shown = re.findall(r'name="case" value="([^":]+):\d+" data-may="([^"]*)"', page)
        end_read()
        found = {case.number: case for case in db.session.scalars(cases_of(actor)) if case.open}
        assert {number for number, _may in shown} == set(found)
        for number, may in shown:
            context = context_of(found[number], actor, now=now)
            assert set(may.split()) == offered_alone(found[number], context), (who, number)
            seen |= set(may.split())
    assert seen == set(Together)


def offered_alone(case: Case, context: object) -> set[str]:
    offers = workflow.offers(context.situation, context.permissions)  # type: ignore[attr-defined]
    free = {offer.row.move for offer in offers if offer.blocked is None}
    steps = {name.value for name, move in STEPS.items() if move in free}
    if needs_brief(case):  # type: ignore[arg-type]
        steps -= {"dispatch"}
    return steps | (acts_of(context) & {"take", "assign", "note"})  # type: ignore[arg-type]


def test_ticked_cases_are_accepted_in_one_go(pages: Pages) -> None:
    numbers = cases(pages, 3, item_id=pages.desk.item.id) + cases(pages, 1)
    browser, values = pages.browser("clerk"), ticks(pages, "clerk", numbers)
    form = browser.get(BULK, query_string={"do": "accept", "case": values})
    assert form.status_code == 200
    assert form.get_data(as_text=True).count('type="hidden" name="case"') == 4
    answer = browser.post(BULK, data={"do": "accept", "case": values, "complexity": "simple"})
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count("已办好") == 4
    end_read()
    for number in numbers:
        case = case_of(pages.desk.people["clerk"], number)
        assert case.status == "accepted"
        assert case.complexity == "simple"
        assert case.item_id == (None if number == numbers[-1] else pages.desk.item.id)
        assert [line.what for line in lines_of(case.region_id, case.stream)][-1] == "accept"
    assert not faults()


def test_what_was_done_is_not_done_again(pages: Pages) -> None:
    numbers = cases(pages, 2)
    browser, values = pages.browser("clerk"), ticks(pages, "clerk", numbers)
    sent = {"do": "ask_supplement", "case": values, "text": "请补交授权书。"}
    assert browser.post(BULK, data=sent).status_code == 200
    again = browser.post(BULK, data=sent)
    assert again.status_code == 409
    assert again.get_data(as_text=True).count("有人改了这一件") == 2
    assert status_of(pages, "clerk", numbers[0]) == "supplement"


def test_each_case_is_taken_or_left_by_itself(pages: Pages) -> None:
    desk = pages.desk
    fine, changed, hidden, waiting = cases(pages, 4)
    others = cases(pages, 1, identity_mode=IdentityMode.CONFIDENTIAL)
    browser = pages.browser("clerk")
    accept = {"do": "accept", "complexity": "general"}
    values = ticks(pages, "clerk", [fine, changed, *others])
    browser.post(BULK, data={**accept, "case": values})
    values = ticks(pages, "clerk", [fine, changed, *others, waiting])
    desk.number, desk.id = changed, case_of(desk.people["clerk"], changed).id
    pages.do("clerk2", "acts/note", text="我来看一下。")
    elsewhere(desk)
    values += [make_number(0), f"{hidden}:7"]
    form = browser.get(BULK, query_string={"do": "dispatch", "case": values}).get_data(as_text=True)
    assert form.count('type="hidden" name="case"') == 1
    for why in ("有人改过", "单独写交办说明", "待受理", "没有这个编号"):
        assert why in form, why
    sent = {"do": "dispatch", "case": values, "department": str(desk.department.id)}
    page = browser.post(BULK, data=sent).get_data(as_text=True)
    assert (page.count("已办好"), page.count("未办")) == (1, len(values) - 1)
    assert status_of(pages, "clerk", fine) == "dispatched"
    assert status_of(pages, "clerk", changed) == "accepted"
    assert status_of(pages, "clerk", others[0]) == "accepted"
    assert status_of(pages, "clerk", waiting) == "submitted"


def test_a_lead_shares_out_what_came_in_and_only_among_their_own(pages: Pages) -> None:
    desk = pages.desk
    numbers = cases(pages, 2)
    clerk, lead = pages.browser("clerk"), pages.browser("lead")
    for do, fields in (
        ("accept", {"complexity": "simple"}),
        ("dispatch", {"department": str(desk.department.id)}),
    ):
        clerk.post(BULK, data={"do": do, "case": ticks(pages, "clerk", numbers), **fields})
    values = ticks(pages, "lead", numbers)
    stranger = str(desk.people["clerk"].user_id)
    sent = {"do": "assign", "case": values, "user": stranger}
    assert lead.post(BULK, data=sent).status_code == 422
    sent["user"] = str(desk.people["handler"].user_id)
    assert lead.post(BULK, data=sent).status_code == 200
    values = ticks(pages, "handler", numbers)
    assert (
        pages.browser("handler").post(BULK, data={"do": "sign", "case": values}).status_code == 200
    )
    end_read()
    for number in numbers:
        case = case_of(desk.people["handler"], number)
        assert (case.status, case.handler_id) == ("handling", desk.people["handler"].user_id)


def test_nobody_does_to_many_what_they_may_not_do_to_one(pages: Pages) -> None:
    (number,) = cases(pages, 1)
    value = ticks(pages, "clerk", [number])
    sent = {"do": "accept", "case": value, "complexity": "simple"}
    assert pages.browser("handler").post(BULK, data=sent).status_code == 409
    assert pages.browser("supervisor").post(BULK, data=sent).status_code == 409
    for name, browser in elsewhere(pages.desk).items():
        answer = browser.post(BULK, data=sent)
        assert answer.status_code == 409, name
        assert "二手房" not in answer.get_data(as_text=True), name
    assert status_of(pages, "clerk", number) == "submitted"


def test_odd_input_is_answered(pages: Pages) -> None:
    (number,) = cases(pages, 1)
    browser, value = pages.browser("clerk"), ticks(pages, "clerk", [number])[0]
    for do in ("", "nothing", "approve_reply", "accept\x00", "close_solved"):
        assert browser.post(BULK, data={"do": do, "case": value}).status_code == 404, do
        assert browser.get(BULK, query_string={"do": do}).status_code in {400, 404}, do
    odd = ("", "x", f"{number}", f"{number}:", f"{number}:-1", f"{number}:{10**30}", f"{number}:١",
           "XZ:1", ":", "\ud800")  # fmt: skip
    for one in odd:
        answer = browser.post(BULK, data={"do": "note", "case": one.encode("utf-8", "replace").decode(),
                                          "text": "好"})  # fmt: skip
        assert answer.status_code in {409, 422}, one
    empty = browser.get(BULK, query_string={"do": "accept"})
    assert (empty.status_code, empty.location) == (303, "/desk/queue")
    doubled = {"do": "accept", "case": value, "complexity": ["simple", "simple"]}
    assert browser.post(BULK, data=doubled).status_code == 400
    for fields in ({}, {"complexity": "huge"}):
        answer = browser.post(BULK, data={"do": "accept", "case": value, **fields})
        assert answer.status_code == 422, fields
        assert value in answer.get_data(as_text=True)
    text = "好" * 6000
    kept = browser.post(BULK, data={"do": "ask_supplement", "case": value, "text": text})
    assert kept.status_code == 422
    assert text in kept.get_data(as_text=True)
    many = [make_number(n) for n in range(MOST + 1)]
    assert browser.post(BULK, data={"do": "note", "case": many, "text": "好"}).status_code == 422
    assert status_of(pages, "clerk", number) == "submitted"


def make_number(n: int) -> str:
    from desk.casework.numbers import check_digit

    return f"XZ-261123-{n:06d}-{check_digit(f'261123{n:06d}')}:1"


def test_the_page_before_costs_the_same_for_one_and_for_all(pages: Pages) -> None:
    numbers = cases(pages, 20)
    browser = pages.browser("clerk")
    values = ticks(pages, "clerk", numbers)

    def cost(some: list[str]) -> int:
        query = {"do": "accept", "case": some}
        browser.get(BULK, query_string=query)
        with statements() as asked:
            assert browser.get(BULK, query_string=query).status_code == 200
        return len(asked)

    assert cost(values) == cost(values[:1]) <= 3
