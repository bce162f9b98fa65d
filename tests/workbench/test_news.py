"""What staff are told: who, how often, by which way, and never of what they may not see."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from desk.accounts.models import Membership, User
from desk.accounts.reaching import email_of, seal_email
from desk.casework.actions.notices import tell
from desk.casework.queries.addresses import address_of
from desk.casework.queries.notices import notices_of, unread_count
from desk.casework.words import Outcome, Status
from desk.casework.workflow import Move
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.notify.actions import choose
from desk.notify.delivery import post_due
from desk.notify.models import Channel, Letter
from desk.notify.notices import KINDS, Notice, Way, ways_for
from desk.notify.senders import Envelope
from desk.organisation.models import DayKind
from desk.schedules import digests
from tests import make
from tests.casework.test_life import Desk
from tests.notify.sinks import Silent
from tests.workbench.pages import CALL, REPLY, Pages
from tests.workbench.test_recusal import keep_away


def told(desk: Desk, who: str) -> list[Notice]:
    """List what somebody was told, the oldest first."""
    end_read()
    page = notices_of(desk.people[who], None)
    return [one.kind for one in reversed(page.rows)]


def say(desk: Desk, kind: Notice, who: str, key: str = "1", at: datetime | None = None) -> None:
    with transaction():
        case = desk.case
        tell(case, kind, [desk.people[who].user_id], key=key, now=at or utc_now())


def letters(channel: Channel = Channel.MAIL) -> list[Letter]:
    end_read()
    return list(
        db.session.scalars(
            select(Letter)
            .where(Letter.channel == channel, Letter.user_id.isnot(None))
            .order_by(Letter.written_at)
        )
    )


def give_mail(desk: Desk, who: str) -> int:
    user_id = desk.people[who].user_id or 0
    with transaction():
        user = db.session.get_one(User, user_id)
        user.email_e = seal_email(user_id, f"{who}@desk.example")
    return user_id


def test_each_step_tells_those_who_have_to_do_something_and_nobody_else(pages: Pages) -> None:
    desk = pages.desk
    pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
    pages.do("clerk", "dispatch", department=str(desk.department.id))
    pages.do("handler", "sign")
    pages.do("handler", "acts/contact", **CALL)
    pages.do("handler", "submit_reply", **REPLY)
    pages.do("lead", "send_back", text="缺依据。")
    assert told(desk, "lead") == [Notice.ASSIGNED, Notice.DECISION]
    assert told(desk, "handler") == [Notice.RETURNED]
    assert told(desk, "clerk") == told(desk, "supervisor") == told(desk, "admin") == []
    pages.do("handler", "requests/ask_extension", days="1", text="要调档。")
    pages.do("lead", "requests/decide_extension", grant="yes", text="同意。")
    pages.do("supervisor", "requests/decide_extension", grant="no", text="不属延期情形。")
    assert told(desk, "lead")[-1] is Notice.DECISION
    assert told(desk, "supervisor") == [Notice.DECISION]
    assert told(desk, "handler") == [Notice.RETURNED, Notice.DECIDED]


def test_a_case_done_again_and_a_message_reach_whoever_has_it(app: Flask) -> None:
    desk = Desk(app)
    desk.to(Status.REPLIED)
    desk.go(Move.REDO, "complainant", text="证上的面积还是错的。")
    assert told(desk, "handler") == [Notice.RETURNED]
    from desk.casework.actions.acts import add_message

    with transaction():
        add_message(
            desk.number, "什么时候好？", version=None, by=desk.people["complainant"], now=utc_now()
        )
    assert told(desk, "handler")[-1] is Notice.MESSAGE
    assert told(desk, "clerk") == []


def test_a_message_while_only_the_window_has_it_reaches_whoever_was_at_it(app: Flask) -> None:
    desk = Desk(app)
    desk.to(Status.ACCEPTED)
    from desk.casework.actions.acts import add_message

    with transaction():
        add_message(
            desk.number, "补充一句。", version=None, by=desk.people["complainant"], now=utc_now()
        )
    assert told(desk, "clerk") == [Notice.MESSAGE]
    assert told(desk, "clerk2") == []


def test_the_third_round_is_told_to_whoever_is_in_charge(app: Flask) -> None:
    desk = Desk(app)
    desk.to(Status.REPLIED)
    with transaction():
        seat = db.session.scalar(
            select(Membership).where(Membership.user_id == desk.people["clerk"].user_id)
        )
        assert seat is not None
        seat.is_head = True
    for _ in range(3):
        desk.go(Move.REDO, "complainant", text="还没解决。")
        desk.reply(Outcome.DONE)
        desk.approve(Outcome.DONE)
    assert told(desk, "clerk") == [Notice.ESCALATED]


def test_the_same_thing_is_told_once_however_often_it_is_said(app: Flask) -> None:
    desk = Desk(app)
    for _ in range(3):
        say(desk, Notice.AMBER, "clerk", key="reply-1")
    say(desk, Notice.AMBER, "clerk", key="reply-2")
    assert told(desk, "clerk") == [Notice.AMBER, Notice.AMBER]


def test_nobody_is_told_of_a_case_that_is_not_theirs(app: Flask) -> None:
    desk = Desk(app)
    for who in ("handler", "lead", "admin"):
        say(desk, Notice.MENTION, who)
    assert letters(Channel.IN_APP) == []
    other = make.actor(make.Role.CLERK, desk.region.id, hall_id=make.hall(desk.region.id).id)
    with transaction():
        tell(desk.case, Notice.MENTION, [other.user_id or 0], key="1", now=utc_now())
    assert letters(Channel.IN_APP) == []


def test_what_was_told_disappears_for_whoever_is_kept_away(pages: Pages) -> None:
    desk = pages.desk
    say(desk, Notice.MENTION, "clerk")
    browser = pages.browser("clerk")
    assert desk.number.split("-")[2] in browser.get("/desk/news").get_data(as_text=True)
    assert unread_count(desk.people["clerk"]) == 1
    assert browser.get("/desk/news/count").get_json() == {"news": "1"}
    keep_away(pages, "clerk")
    end_read()
    page = browser.get("/desk/news").get_data(as_text=True)
    assert desk.number.split("-")[2] not in page
    assert browser.get("/desk/news/count").get_json() == {"news": "0"}
    assert unread_count(desk.people["clerk"]) == 0
    (letter,) = letters(Channel.IN_APP)
    assert browser.post(f"/desk/news/{letter.id}/open").status_code == 404
    say(desk, Notice.MENTION, "clerk", key="2")
    assert len(letters(Channel.IN_APP)) == 1


def test_a_mail_to_somebody_kept_away_meanwhile_does_not_leave(pages: Pages) -> None:
    desk = pages.desk
    give_mail(desk, "clerk")
    say(desk, Notice.CARD, "clerk")
    keep_away(pages, "clerk")
    end_read()
    silent = Silent()
    post_due({Channel.MAIL: silent}, address_of, base_url="https://desk.example", clock=utc_now)
    (letter,) = letters()
    assert (letter.last_error, letter.dead_at is None) == ("kept_away", False)
    assert not any(sent.to == "clerk@desk.example" for sent in silent.sent if hasattr(sent, "to"))


def test_a_mail_carries_a_number_and_nothing_of_the_case(app: Flask) -> None:
    desk = Desk(app)
    give_mail(desk, "clerk")
    say(desk, Notice.CARD, "clerk")
    sent: list[Envelope] = []

    class Keeping:
        def send(self, envelope: Envelope) -> None:
            sent.append(envelope)

    post_due({Channel.MAIL: Keeping()}, address_of, base_url="https://d.example", clock=utc_now)
    (mail,) = [one for one in sent if one.template == "notice"]
    assert mail.to == "clerk@desk.example"
    assert desk.number in mail.subject
    assert f"https://d.example/desk/cases/{desk.number}" in mail.body
    assert "过户" not in mail.subject + mail.body
    assert "欧阳" not in mail.subject + mail.body


def test_everybody_chooses_how_they_are_told_but_not_of_everything(pages: Pages) -> None:
    browser, user_id = pages.browser("clerk"), pages.desk.people["clerk"].user_id or 0
    assert browser.get("/account/news").status_code == 200
    chosen = {kind.value: KINDS[kind].way.value for kind in Notice}
    kept = browser.post(
        "/account/news", data={**chosen, "mention": "off", "email": "clerk@desk.example"}
    )
    assert kept.status_code == 303
    end_read()
    assert email_of(db.session.get_one(User, user_id)) == "clerk@desk.example"
    assert b"clerk@" not in bytes(db.session.get_one(User, user_id).email_e or b"")
    say(pages.desk, Notice.MENTION, "clerk")
    assert told(pages.desk, "clerk") == []
    refused = browser.post("/account/news", data={**chosen, "card": "off"})
    assert refused.status_code == 422
    assert browser.post("/account/news", data={**chosen, "email": "不是邮箱"}).status_code == 422
    assert browser.post("/account/news", data={**chosen, "email": ""}).status_code == 303
    assert Way.OFF not in ways_for(Notice.CARD)
    with transaction(), pytest.raises(KeyError):
        choose(user_id, {Notice.CARD: Way.OFF})


def test_reading_one_leads_to_its_case_and_reading_all_leaves_what_came_since(
    pages: Pages,
) -> None:
    desk, browser = pages.desk, pages.browser("clerk")
    now = utc_now()
    for n in range(3):
        say(desk, Notice.MENTION, "clerk", key=str(n), at=now - timedelta(minutes=9 - n))
    first = letters(Channel.IN_APP)[0]
    answer = browser.post(f"/desk/news/{first.id}/open")
    assert (answer.status_code, answer.location) == (303, pages.url)
    assert unread_count(desk.people["clerk"]) == 2
    until = letters(Channel.IN_APP)[1].written_at.isoformat()
    assert browser.post("/desk/news/read", data={"until": until}).status_code == 303
    assert unread_count(desk.people["clerk"]) == 1
    for broken in ("", "x", "9" * 40, "2026-11-23T09:00:00", "\0"):
        assert browser.post("/desk/news/read", data={"until": broken}).status_code == 422
    others = pages.browser("clerk2")
    assert others.post(f"/desk/news/{first.id}/open").status_code == 404
    assert others.post("/desk/news/xx/open").status_code == 404


def test_the_list_pages_by_key(pages: Pages) -> None:
    desk, browser = pages.desk, pages.browser("clerk")
    now = utc_now() - timedelta(hours=1)
    for n in range(35):
        say(desk, Notice.MENTION, "clerk", key=str(n), at=now + timedelta(seconds=n))
    page = notices_of(desk.people["clerk"], None)
    assert (len(page.rows), page.previous) == (30, None)
    rest = browser.get(f"/desk/news?at={page.next}").get_data(as_text=True)
    assert rest.count('class="dk-news__open"') == 5
    assert browser.get("/desk/news?at=broken").status_code == 422


TUESDAY = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


def test_the_morning_counts_what_is_unread_once_a_working_day(app: Flask) -> None:
    desk = Desk(app)
    user_id = give_mail(desk, "clerk")
    for n in range(2):
        say(desk, Notice.DECISION, "clerk", key=str(n), at=make.MONDAY)
    say(desk, Notice.MENTION, "clerk", at=make.MONDAY)
    digests(TUESDAY - timedelta(hours=2))
    assert letters() == []
    digests(TUESDAY)
    digests(TUESDAY + timedelta(hours=3))
    (mail,) = letters()
    assert (mail.template, mail.context["counts"], mail.user_id) == (
        "digest",
        {"decision": 2},
        user_id,
    )
    digests(TUESDAY + timedelta(days=1))
    assert len(letters()) == 1


def test_no_digest_on_a_day_off_and_none_of_a_case_out_of_sight(pages: Pages) -> None:
    desk = pages.desk
    give_mail(desk, "clerk")
    say(desk, Notice.DECISION, "clerk", at=make.MONDAY)
    make.day(desk.region.id, TUESDAY.date(), DayKind.HOLIDAY)
    digests(TUESDAY)
    assert letters() == []
    keep_away(pages, "clerk")
    digests(TUESDAY + timedelta(days=1))
    assert letters() == []
