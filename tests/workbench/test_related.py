"""What else has to do with a case: each list within the scope of whoever asks."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.casework.actions.linking import link, unlink
from desk.casework.identity import PartyData
from desk.casework.likeness import likeness, percent, shares
from desk.casework.models import CaseNamed, NamedBasis
from desk.casework.queries.related import history_of, links_of, precedents, similar_to
from desk.casework.words import IdentityMode, LinkKind, Status
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.kernel.errors import Invalid, NotAllowed, NotFound
from tests import make
from tests.workbench.pages import Pages, another, elsewhere, statements

STRANGER = PartyData(name="别人", phone="13700137000")
OTHERS_WORDS = {"title": "公积金提取被退", "story": "系统一直报错，柜台说等通知。", "wish": ""}
ODD = ("", "XZ", "XZ-000101-000000-0", "1" * 41, "有\0字", "١٢٣", "' OR 1=1 --")


@pytest.fixture
def first(pages: Pages) -> str:
    """The number of the case the desk opened with; `pages.desk` looks at another afterwards."""
    return pages.desk.number


def name(pages: Pages, number_of: str) -> None:
    """Keep a person away from the case the desk looks at."""
    with transaction():
        db.session.add(
            CaseNamed(
                region_id=pages.desk.region.id,
                case_id=pages.desk.id,
                user_id=pages.desk.people[number_of].user_id or 0,
                basis=NamedBasis.NAMED,
                added_at=utc_now(),
            )
        )


def seen(pages: Pages, who: str, number: str, query: str = "") -> str:
    answer = pages.browser(who).get(f"/desk/cases/{number}/related{query}")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    return page[page.find("<main") + 1 :] if "<main" in page else page


def test_the_same_party_and_the_same_words_are_found_and_others_are_not(
    pages: Pages, first: str
) -> None:
    another(pages.desk)
    again = pages.desk.number
    another(pages.desk, party=STRANGER, **OTHERS_WORDS)
    page = seen(pages, "clerk", first)
    assert again in page
    assert pages.desk.number not in page
    card = seen(pages, "clerk", first, "?part=card")
    assert again in card
    assert "<html" not in card


def test_similar_words_of_another_party_are_suggested_with_a_share(
    pages: Pages, first: str
) -> None:
    another(pages.desk, party=STRANGER)
    actor = pages.desk.people["clerk"]
    pages.desk.number, other = first, pages.desk.id
    pages.desk.id = pages.desk.receipt.case.id
    found = similar_to(actor, pages.desk.case)
    assert [(one.row.id, one.alike, one.same_party) for one in found] == [(other, 100, False)]
    assert history_of(actor, pages.desk.case, now=utc_now()) == []
    assert "相似100%" in seen(pages, "clerk", first)


@pytest.mark.parametrize("mode", [IdentityMode.CONFIDENTIAL, IdentityMode.ANONYMOUS])
def test_confidential_and_anonymous_cases_are_no_history(
    pages: Pages, first: str, mode: IdentityMode
) -> None:
    party = {} if mode is IdentityMode.CONFIDENTIAL else {"party": None}
    another(pages.desk, identity_mode=mode, **party, **OTHERS_WORDS)
    assert pages.desk.number not in seen(pages, "clerk", first)


def test_history_stays_in_the_hall_and_within_a_year(pages: Pages, first: str) -> None:
    hall = make.hall(pages.desk.region.id)
    make.case(pages.desk.region.id, hall.id)
    another(pages.desk, now=utc_now() - timedelta(days=400), **OTHERS_WORDS)
    supervisor = pages.desk.people["supervisor"]
    pages.desk.number, pages.desk.id = first, pages.desk.receipt.case.id
    assert history_of(supervisor, pages.desk.case, now=utc_now()) == []


def test_whoever_a_case_names_finds_it_in_no_list(pages: Pages, first: str) -> None:
    other = make.case(pages.desk.region.id, pages.desk.hall.id)
    with transaction():
        link(first, LinkKind.RELATED, other.number, by=pages.desk.people["clerk2"], now=utc_now())
    assert other.number in seen(pages, "clerk", first)
    pages.desk.number, pages.desk.id = other.number, other.case.id
    name(pages, "clerk")
    assert other.number not in seen(pages, "clerk", first)
    assert other.number not in seen(pages, "clerk", first, "?part=card")
    assert other.number not in seen(pages, "clerk", first, "?q=过户")
    assert pages.browser("clerk").get(f"/desk/cases/{other.number}/related").status_code == 404


def test_a_department_learns_nothing_of_whom_it_may_not_know(pages: Pages) -> None:
    another(pages.desk, identity_mode=IdentityMode.CONFIDENTIAL)
    pages.do("clerk", "accept", complexity="general", item="none")
    brief = "请核对收件要求"
    pages.do("clerk", "dispatch", department=str(pages.desk.department.id), brief=brief)
    case, handler = pages.desk.case, pages.desk.people["handler"]
    assert similar_to(handler, case) == []
    page = seen(pages, "handler", case.number)
    assert "二手房过户" not in page


def test_links_are_read_from_both_sides_and_taken_away_from_either(
    pages: Pages, first: str
) -> None:
    another(pages.desk, party=STRANGER, **OTHERS_WORDS)
    second = pages.desk.number
    data = {"to": first, "kind": "split", "note": "第二部分"}
    answer = pages.browser("clerk").post(f"/desk/cases/{second}/acts/link", data=data)
    assert answer.status_code == 303
    assert "第二部分" in seen(pages, "clerk", first)
    assert first in seen(pages, "clerk", second)
    twice = pages.browser("clerk").post(
        f"/desk/cases/{first}/acts/link", data={**data, "to": second}
    )
    assert twice.status_code == 422
    gone = pages.browser("clerk").post(
        f"/desk/cases/{first}/acts/unlink", data={"to": second, "kind": "split"}
    )
    assert gone.status_code == 303
    assert "第二部分" not in seen(pages, "clerk", second)
    again = pages.browser("clerk").post(
        f"/desk/cases/{first}/acts/unlink", data={"to": second, "kind": "split"}
    )
    assert again.status_code == 422
    pages.desk.number, pages.desk.id = first, pages.desk.receipt.case.id
    assert "取消了与另一件的关联" in pages.get("clerk")


@pytest.mark.parametrize("what", ["link", "unlink"])
def test_odd_links_are_answered_with_a_sentence(pages: Pages, first: str, what: str) -> None:
    address, browser = f"/desk/cases/{first}/acts/{what}", pages.browser("clerk")
    for to in (*ODD, first):
        answer = browser.post(address, data={"to": to, "kind": "related", "note": "一句话"})
        assert answer.status_code == 422, to
    for kind in ("", "nothing", "٣", "x" * 5_000):
        assert browser.post(address, data={"to": first, "kind": kind}).status_code == 422, kind
    answer = browser.post(address, data={"to": first, "kind": "related", "note": "长" * 201})
    assert answer.status_code == 422
    assert links_of(pages.desk.people["clerk"], pages.desk.case) == []


def test_strangers_reach_neither_the_page_nor_the_links(pages: Pages, first: str) -> None:
    another(pages.desk, party=STRANGER)
    for who, browser in elsewhere(pages.desk).items():
        assert browser.get(f"/desk/cases/{first}/related").status_code == 404, who
        answer = browser.post(
            f"/desk/cases/{first}/acts/link", data={"to": pages.desk.number, "kind": "related"}
        )
        assert answer.status_code == 404, who


def test_nobody_links_to_what_they_may_not_see(pages: Pages, first: str) -> None:
    region, hall = pages.desk.region.id, make.hall(pages.desk.region.id)
    other = make.case(region, hall.id)
    clerk, now = pages.desk.people["clerk"], utc_now()
    with pytest.raises(Invalid), transaction():
        link(first, LinkKind.RELATED, other.number, by=clerk, now=now)
    with transaction():
        link(first, LinkKind.RELATED, other.number, by=pages.desk.people["supervisor"], now=now)
    assert links_of(clerk, pages.desk.case) == []
    with pytest.raises(Invalid), transaction():
        unlink(first, LinkKind.RELATED, other.number, by=clerk, now=now)
    with pytest.raises(NotFound), transaction():
        link(other.number, LinkKind.RELATED, first, by=clerk, now=now)
    integrity = pages.desk.people["admin"]
    with pytest.raises((NotAllowed, NotFound)), transaction():
        link(first, LinkKind.RELATED, other.number, by=integrity, now=now)


def test_how_the_item_was_answered_before_is_shown_and_searched(pages: Pages, first: str) -> None:
    pages.to_replied()
    another(pages.desk, party=STRANGER, item_id=pages.desk.item.id, **OTHERS_WORDS)
    page = seen(pages, "clerk", pages.desk.number)
    assert first in page
    assert "已收件并办结。" in page
    assert first in seen(pages, "clerk", pages.desk.number, "?q=过户")
    assert first not in seen(pages, "clerk", pages.desk.number, "?q=公积金")
    clerk = pages.desk.people["clerk"]
    assert [one.binding for one in precedents(clerk, pages.desk.case)] == [False]
    for odd in ("，。", "%", "有" * 65, "a\0"):
        answer = pages.browser("clerk").get(
            f"/desk/cases/{pages.desk.number}/related", query_string={"q": odd}
        )
        assert answer.status_code in {200, 404, 422}, odd


def test_a_reply_under_review_is_no_precedent(pages: Pages) -> None:
    pages.desk.to(Status.REPLY_REVIEW)
    another(pages.desk, party=STRANGER, item_id=pages.desk.item.id, **OTHERS_WORDS)
    assert precedents(pages.desk.people["clerk"], pages.desk.case) == []


texts = st.text(alphabet="办事窗口旧清单已收件，。 ab1２", max_size=60)


@given(texts, st.lists(texts, max_size=5))
def test_shares_are_the_likeness_of_each(text: str, others: list[str]) -> None:
    assert shares(text, others) == [likeness(text, other) for other in others]
    assert all(0 <= percent(share) <= 100 for share in shares(text, others))


def test_the_page_costs_the_same_with_many_cases_of_the_item(pages: Pages, first: str) -> None:
    def cost() -> int:
        with statements() as asked:
            seen(pages, "clerk", first)
        return len(asked)

    make.case(pages.desk.region.id, pages.desk.hall.id)
    cost()
    few = cost()
    for n in range(8):
        make.case(pages.desk.region.id, pages.desk.hall.id, now=utc_now() - timedelta(hours=n + 1))
    assert cost() == few


def test_whoever_reads_no_cases_is_kept_out(pages: Pages, first: str) -> None:
    assert pages.desk.app.test_client().get(f"/desk/cases/{first}/related").status_code == 302
    assert pages.browser("admin").get(f"/desk/cases/{first}/related").status_code == 403
