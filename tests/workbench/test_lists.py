"""The queue and the start of a day: what they cost, what they show when empty, full or filtered."""

import re
from datetime import timedelta

import pytest

from desk.casework.queries.tabs import Tab
from desk.casework.words import IdentityMode, PartyKind, Status
from tests import make
from tests.workbench.pages import Pages, statements

SIGNED_IN_COSTS = 1
"""Who it is, with whether there is news for them and whether the keys are on."""
CASE_COSTS = 13


def cost(pages: Pages, who: str, path: str) -> int:
    browser = pages.browser(who)
    browser.get(path)
    with statements() as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    ("path", "most"),
    [("/desk/queue?tab=all", 3), ("/desk/queue?tab=turn", 3), ("/desk/queue/counts", 2),
     ("/desk/queue?tab=turn&counts=1", 4), ("/desk/", 9)],
)  # fmt: skip
def test_lists_cost_the_same_with_one_row_and_with_thirty(
    pages: Pages, path: str, most: int
) -> None:
    one = cost(pages, "clerk", path)
    for _ in range(30):
        make.case(pages.desk.region.id, pages.desk.hall.id)
    assert cost(pages, "clerk", path) == one
    assert one <= most


@pytest.mark.parametrize("who", ["clerk", "handler", "lead", "supervisor"])
def test_the_page_does_not_wait_for_the_numbers_of_its_tabs(pages: Pages, who: str) -> None:
    assert cost(pages, who, "/desk/queue?tab=all") == SIGNED_IN_COSTS + 1


def test_a_case_costs_the_same_however_long_its_story(pages: Pages) -> None:
    pages.to_replied()
    pages.do("clerk2", "acts/note", text="一条")  # whoever has none is not asked for any
    short = cost(pages, "clerk2", pages.url)
    assert short <= CASE_COSTS
    for n in range(12):
        pages.do("clerk2", "acts/note", text=f"第 {n} 条")
    assert cost(pages, "clerk2", pages.url) == short


def test_the_numbers_of_the_tabs_stop_at_99(pages: Pages) -> None:
    for _ in range(100):
        make.case(pages.desk.region.id, pages.desk.hall.id)
    browser = pages.browser("clerk")
    numbers = browser.get("/desk/queue/counts").get_json()
    assert (numbers["turn"], numbers["all"], numbers["mine"]) == ("99+", "99+", "0")
    page = browser.get("/desk/queue?counts=1").get_data(as_text=True)
    assert page.count("99+") >= 2
    assert page.count("data-row>") == 25


def test_the_numbers_of_the_tabs_never_lie(pages: Pages) -> None:
    """What a tab says it holds is what its pages hold, for everybody, in every tab."""
    desk = pages.desk
    for n in range(28):
        make.case(desk.region.id, desk.hall.id, now=make.MONDAY + timedelta(hours=n))
    pages.do("clerk", "accept", complexity="simple", item="none")
    pages.do("clerk", "dispatch", department=str(desk.department.id))
    for who in ("clerk", "handler", "lead", "supervisor"):
        numbers = pages.browser(who).get("/desk/queue/counts").get_json()
        listed = {tab.value: str(len(walked(pages, who, tab))) for tab in Tab}
        assert numbers == listed, who
    assert len(walked(pages, "clerk", Tab.ALL)) == 29


def walked(pages: Pages, who: str, tab: Tab) -> list[str]:
    """Turn page after page and give every case that was listed."""
    browser, path, seen = pages.browser(who), f"/desk/queue?tab={tab}", []
    while path:
        page = browser.get(path).get_data(as_text=True)
        seen += re.findall(r'class="dk-ref" href="/desk/cases/([^"?]+)', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen))
    return seen


def test_pages_lead_on_and_back(pages: Pages) -> None:
    for n in range(30):
        make.case(pages.desk.region.id, pages.desk.hall.id, now=make.MONDAY + timedelta(hours=n))
    browser, path, seen = pages.browser("clerk"), "/desk/queue?tab=all", []
    while path:
        page = browser.get(path).get_data(as_text=True)
        seen.append(re.findall(r'href="/desk/cases/([^"]+)"', page))
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert [len(rows) for rows in seen] == [25, 6]
    assert len({number for rows in seen for number in rows}) == 31
    back = re.search(r'href="([^"]+)" rel="prev"', page)
    assert back is not None
    first = browser.get(back.group(1).replace("&amp;", "&")).get_data(as_text=True)
    assert re.findall(r'href="/desk/cases/([^"]+)"', first) == seen[0]


def test_an_empty_tab_says_what_would_be_there(pages: Pages) -> None:
    pages.desk.to(Status.CLOSED)
    for tab in Tab:
        page = pages.browser("clerk").get(f"/desk/queue?tab={tab}").get_data(as_text=True)
        assert "dk-empty" in page, tab
        assert "data-row" not in page, tab


def test_a_row_says_everything_about_its_case(pages: Pages) -> None:
    desk = pages.desk
    make.case(
        desk.region.id,
        desk.hall.id,
        party_kind=PartyKind.BUSINESS,
        party=make.PartyData(name="张三", org="青禾贸易有限公司", phone="13900139000"),
        identity_mode=IdentityMode.REAL,
        needs=("elderly", "language"),
        title="很" * 190,
        item_words="一个目录里没有的事项" * 10,
    )
    page = pages.browser("clerk").get("/desk/queue?tab=all").get_data(as_text=True)
    for told in ("青禾**", ">企</abbr>", ">老</abbr>", ">译</abbr>", "欧**", "待受理"):
        assert told in page, told
    assert "13900139000" not in page


def test_each_turn_stands_in_the_right_tab(pages: Pages) -> None:
    def tabs(who: str) -> set[str]:
        browser = pages.browser(who)
        shown = set()
        for tab in Tab:
            page = browser.get(f"/desk/queue?tab={tab}").get_data(as_text=True)
            if f'href="{pages.url}' in page:
                shown.add(tab.value)
        return shown - {"overdue", "today"}

    assert tabs("clerk") == {"turn", "all"}
    pages.do("clerk", "ask_supplement", text="缺一份")
    assert tabs("clerk") == {"waiting", "all"}
    pages.do("clerk", "supply", text="补来了")
    pages.do("clerk", "accept", complexity="simple", item="none")
    pages.do("clerk", "dispatch", department=str(pages.desk.department.id))
    assert tabs("handler") == {"turn", "unassigned", "all"}
    pages.do("handler", "sign")
    assert tabs("handler") == {"turn", "mine", "all"}
    pages.answer()
    assert tabs("clerk2") == {"turn", "follow_up", "all"}
