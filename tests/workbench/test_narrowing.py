"""Narrowing the queue: what fits, what is counted, what an address carries, what stays hidden."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from random import Random

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.conditions import (
    NOBODY,
    WORDS,
    Conditions,
    DueWithin,
    Field,
    FiledWithin,
    Mark,
    read_conditions,
)
from desk.casework.disclosure import may_know
from desk.casework.models import Case
from desk.casework.queries.lists import queue
from desk.casework.queries.scope import cases_of
from desk.casework.queries.tabs import Tab, counts
from desk.casework.words import CaseChannel, IdentityMode, PartyKind
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.organisation.queries import home_timetable
from desk.workbench.listing import Listing, parse_listing
from desk.worktime.deadline import working_days_between
from tests import make
from tests.workbench.pages import Pages, rectification

WORKING = {"2": 2, "5": 5}
AGO = {"today": 0, "7": 7, "14": 14, "30": 30}


def fits(case: Case, field: Field, word: str, actor: Actor, now: datetime) -> bool:
    """Say what the list should hold, from the case itself, without the database."""
    table = home_timetable(now)
    today, due = table.local_day(now), case.next_due_at
    ahead = now <= due
    if field is Field.DUE:
        if word in WORKING:
            left = working_days_between(today, table.local_day(due), table.calendar)
            return ahead and left <= WORKING[word]
        return {
            DueWithin.OVERDUE: due < now,
            DueWithin.TODAY: ahead and table.local_day(due) == today,
            DueWithin.STILL: due.year == 9999,
        }[DueWithin(word)]
    if field is Field.FILED:
        days = (today - table.local_day(case.filed_at)).days
        return days > 30 if word == FiledWithin.LONGER else days <= AGO[word]
    if field is Field.MARK:
        here = [
            seat
            for seat in actor.seats_for(Permission.CASE_READ)
            if seat.reaches(case.region_id, case.hall_id, case.department_id)
        ]
        knows = may_know(case.kind, case.identity_mode, here)
        return {
            Mark.BUSINESS: knows and case.party_kind == "business",
            Mark.AGENT: knows and case.agent_party_id is not None,
            Mark.AGAIN: case.round > 0,
            Mark.CONFIDENTIAL: case.identity_mode == "confidential",
            Mark.ESCALATED: bool(case.escalated_at or case.supervised_at),
            Mark.BAD_RATING: case.kind == "rectification",
        }.get(Mark(word), knows and word in case.needs)
    places: dict[Field, Callable[[], bool]] = {
        Field.STATUS: lambda: case.status == word,
        Field.CHANNEL: lambda: case.channel == word,
        Field.HALL: lambda: case.hall_id == int(word),
        Field.DEPARTMENT: lambda: case.department_id == int(word),
        Field.HANDLER: lambda: (
            (case.handler_id is None) == (word == NOBODY)
            and (word == NOBODY or case.handler_id == int(word))
        ),
    }
    return places[field]()


def district(pages: Pages) -> None:
    """File cases of every kind, some long ago, some at the department, one from a bad rating."""
    desk, now = pages.desk, utc_now()
    modes = (IdentityMode.REAL, IdentityMode.CONFIDENTIAL, IdentityMode.ANONYMOUS)
    kinds = (PartyKind.INDIVIDUAL, PartyKind.BUSINESS)
    channels = (CaseChannel.WEB, CaseChannel.WINDOW, CaseChannel.PHONE)
    for n, (mode, kind) in enumerate(product(modes, kinds)):
        made = make.case(
            desk.region.id,
            desk.hall.id,
            now=now - timedelta(days=9 * n, hours=n),
            identity_mode=mode,
            party_kind=kind,
            channel=channels[n % 3],
            needs=(("elderly",), ("disabled", "language"), ())[n % 3],
            party=None if mode is IdentityMode.ANONYMOUS else make.PERSON,
            agent=make.PERSON if n == 1 else None,
        )
        desk.number, desk.id = made.number, made.case.id
        if n % 2 == 0:
            pages.do("clerk", "accept", complexity="general", item="none")
            pages.do("clerk", "dispatch", department=str(desk.department.id), brief="请核对。")
        if n == 4:
            pages.do("handler", "sign")
    rectification(desk)


def listed(actor: Actor, tab: Tab, conditions: Conditions, now: datetime) -> list[str]:
    page = queue(actor, tab, now=now, table=home_timetable(now), conditions=conditions)
    assert page.next is None
    return [row.number for row in page.rows]


def every_condition(pages: Pages) -> list[Conditions]:
    """List each word alone, then words put together by chance, the same every time."""
    desk = pages.desk
    words = {
        **WORDS,
        Field.HALL: (str(desk.hall.id),),
        Field.DEPARTMENT: (str(desk.department.id),),
        Field.HANDLER: (NOBODY, str(desk.people["handler"].user_id)),
    }
    alone = [{field.value: [word]} for field, some in words.items() for word in some]
    draw, together = Random(5), []
    for _ in range(12):
        fields = draw.sample(sorted(words), draw.randint(2, 3))
        together.append(
            {f.value: draw.sample(words[f], min(len(words[f]), draw.randint(1, 3))) for f in fields}
        )
    read = [read_conditions(given) for given in alone + together]
    return [one for one in read if one is not None]


def test_a_list_holds_what_fits_and_its_number_says_how_many(pages: Pages) -> None:
    district(pages)
    now = utc_now()
    end_read()
    conditions, some = every_condition(pages), 0
    assert len(conditions) > 45
    for who in ("clerk", "handler", "supervisor"):
        actor = pages.desk.people[who]
        mine = [case for case in db.session.scalars(cases_of(actor)) if case.open]
        for one in conditions:
            wanted = {
                case.number
                for case in mine
                if all(any(fits(case, f, w, actor, now) for w in words) for f, words in one)
            }
            found = listed(actor, Tab.ALL, one, now)
            assert sorted(found) == sorted(wanted), (who, one)
            some += bool(wanted)
        for one in conditions[::9]:
            numbers = counts(actor, now=now, table=home_timetable(now), conditions=one)
            assert numbers == {tab: len(listed(actor, tab, one, now)) for tab in Tab}, (who, one)
    assert some > 60


def test_nobody_finds_by_a_mark_what_the_row_hides(pages: Pages) -> None:
    desk = pages.desk
    made = make.case(
        desk.region.id, desk.hall.id, now=utc_now(),
        identity_mode=IdentityMode.CONFIDENTIAL, needs=("elderly",),
    )  # fmt: skip
    desk.number, desk.id = made.number, made.case.id
    pages.do("clerk", "accept", complexity="general", item="none")
    pages.do("clerk", "dispatch", department=str(desk.department.id), brief="请核对收件要求。")
    for who, seen in (("clerk", True), ("handler", False), ("lead", False), ("supervisor", True)):
        browser = pages.browser(who)
        page = browser.get("/desk/queue?tab=all&mark=elderly").get_data(as_text=True)
        number = browser.get("/desk/queue/counts?mark=elderly").get_json()["all"]
        assert (made.number in page, number) == (seen, "1" if seen else "0"), who


NO_CONDITIONS = (
    "tab=nothing", "status=closed", "status=%00", "due=3", "mark=x&mark=elderly", "hall=abc",
    "hall=0", "hall=99999999999999", "department=-1", "handler=nobody", "hall=%D9%A1",
    "department=999999", "hall=999999", "handler=999999",
    "&".join(f"department={n}" for n in range(1, 40)),
)  # fmt: skip
NO_LISTS = ("tab%3D", "nothing", "tab%3Dall%26x%3D1", "a" * 700, "tab%3Dall%26hall%3Dx")


def test_a_condition_there_is_not_is_not_passed_over(pages: Pages) -> None:
    browser = pages.browser("supervisor")
    for query in NO_CONDITIONS:
        assert browser.get(f"/desk/queue?{query}").status_code == 404, query
    assert browser.get("/desk/queue?filed=%ED%A0%80").status_code == 400
    for text in NO_LISTS:
        assert browser.get(f"{pages.url}?list={text}").status_code == 200, text


def test_a_listing_reads_what_it_wrote(pages: Pages) -> None:
    for conditions in every_condition(pages):
        for tab in Tab:
            listing = Listing(tab, conditions)
            assert parse_listing(listing.text) == listing


def test_conditions_stand_above_the_list_and_can_each_be_taken_away(pages: Pages) -> None:
    browser = pages.browser("clerk")
    query = "tab=all&status=submitted&status=accepted&channel=web"
    page = browser.get(f"/desk/queue?{query}").get_data(as_text=True)
    assert "待受理、已受理" in page
    without = re.findall(r'href="([^"]+)" aria-label="去掉条件', page)
    assert [one.replace("&amp;", "&") for one in without] == [
        "/desk/queue?tab=all&channel=web",
        "/desk/queue?tab=all&status=submitted&status=accepted",
    ]
    tabs = re.findall(r'href="(/desk/queue\?tab=overdue[^"]*)"', page)
    assert tabs == [f"/desk/queue?{query}".replace("tab=all", "tab=overdue").replace("&", "&amp;")]
    form = browser.get(f"/desk/queue/conditions?{query}").get_data(as_text=True)
    assert re.findall(r'name="(\w+)" value="(\w+)" checked', form) == [
        ("status", "submitted"), ("status", "accepted"), ("channel", "web"),
    ]  # fmt: skip
    assert 'name="tab" value="all"' in form


def test_who_may_be_chosen_as_handler_is_the_department_s_own_affair(pages: Pages) -> None:
    clerk = pages.browser("clerk").get("/desk/queue/conditions").get_data(as_text=True)
    lead = pages.browser("lead").get("/desk/queue/conditions").get_data(as_text=True)
    assert 'name="handler"' not in clerk
    assert f'name="handler" value="{pages.desk.people["handler"].user_id}"' in lead


def test_an_empty_list_says_that_it_is_narrowed(pages: Pages) -> None:
    page = pages.browser("clerk").get("/desk/queue?tab=all&mark=minor").get_data(as_text=True)
    assert "没有同时符合这些条件的件" in page
    assert 'href="/desk/queue?tab=all"' in page


def test_next_and_previous_follow_the_list_the_case_was_opened_from(pages: Pages) -> None:
    desk = pages.desk
    numbers = [
        make.case(
            desk.region.id, desk.hall.id, now=make.MONDAY + timedelta(hours=n),
            channel=CaseChannel.PHONE if n % 2 else CaseChannel.WEB,
        ).number
        for n in range(1, 7)
    ]  # fmt: skip
    by_phone = numbers[0::2]
    browser = pages.browser("clerk")
    page = browser.get("/desk/queue?tab=all&channel=phone").get_data(as_text=True)
    rows = [one.replace("&amp;", "&") for one in re.findall(r'class="dk-ref" href="([^"]+)"', page)]
    assert [row.split("?")[0].rsplit("/", 1)[1] for row in rows] == by_phone
    here, walked = rows[0], []
    for _ in range(2):
        case = browser.get(here).get_data(as_text=True)
        forward = re.search(r'href="([^"]+)" rel="next"', case)
        assert forward is not None
        answer = browser.get(forward.group(1).replace("&amp;", "&"))
        here = answer.headers["Location"]
        walked.append(here.split("?")[0].rsplit("/", 1)[1])
    assert walked == by_phone[1:]
    assert "list=tab%3Dall%26channel%3Dphone" in here
    end = browser.get(here.replace("?", "/next?"))
    assert end.headers["Location"].endswith("/desk/queue?tab=all&channel=phone")
    back = browser.get(here.replace("?", "/previous?"))
    assert by_phone[1] in back.headers["Location"]


def test_a_step_leads_on_within_the_list(pages: Pages) -> None:
    desk = pages.desk
    others = [
        make.case(desk.region.id, desk.hall.id, now=make.MONDAY + timedelta(hours=n)).number
        for n in (1, 2)
    ]
    desk.number = others[0]
    came_from = "list=tab%3Dall%26status%3Dsubmitted"
    page = pages.get("clerk", f"?do=accept&{came_from}")
    action = re.search(r'action="(/desk/cases/[^"]+/accept[^"]*)"', page)
    assert action is not None
    assert came_from in action.group(1)
    answer = pages.browser("clerk").post(
        action.group(1).replace("&amp;", "&"),
        data={"version": "1", "complexity": "simple", "item": "none", "next": "1"},
    )
    assert answer.status_code == 303
    assert others[1] in answer.headers["Location"]
    assert came_from in answer.headers["Location"]


def test_the_queue_narrowed_by_words_costs_no_more(pages: Pages) -> None:
    from tests.workbench.test_lists import cost

    assert cost(pages, "clerk", "/desk/queue?tab=all&status=submitted&due=2&mark=elderly") == 2
    assert cost(pages, "clerk", "/desk/queue/counts?status=submitted&due=2&mark=elderly") == 2
