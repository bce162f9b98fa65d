"""Making what a test needs, with the fewest words. Each function commits."""

import itertools
from datetime import UTC, date, datetime

from desk.access.actors import Actor, complainant_of
from desk.access.permissions import Role
from desk.accounts.models import Membership, User
from desk.accounts.queries import actor_of
from desk.casework.actions.opening import Filing, Receipt, open_case
from desk.casework.identity import PartyData
from desk.casework.words import CaseChannel, IdentityMode, PartyKind
from desk.catalogue.finding import doc_text
from desk.catalogue.models import Item, ItemDoc, ItemVersion
from desk.kernel.db import db, transaction
from desk.organisation.models import (
    SINCE,
    CalendarDay,
    Code,
    DayKind,
    Department,
    Hall,
    LimitUnit,
    Region,
    RegionLevel,
    Setting,
    SlaRule,
    Window,
)
from desk.organisation.queries import forget_kept

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10:00 in Shanghai: a working morning."""

HOURS = {str(day): [["09:00", "12:00"], ["13:30", "17:30"]] for day in range(5)}
PASSWORD = "correct horse battery staple"
_count = itertools.count(1)

LIMITS = (
    ("accept", "any", "individual", 1, "working_day"),
    ("accept", "any", "business", 3, "working_day"),
    ("dispatch", "any", "any", 4, "working_hour"),
    ("sign", "any", "any", 4, "working_hour"),
    ("first_contact", "any", "any", 1, "working_day"),
    ("reply", "simple", "any", 1, "working_day"),
    ("reply", "general", "individual", 3, "working_day"),
    ("reply", "general", "business", 5, "working_day"),
    ("reply", "complex", "individual", 5, "working_day"),
    ("reply", "complex", "business", 15, "working_day"),
    ("reply", "special", "individual", 10, "working_day"),
    ("reply", "special", "business", 15, "working_day"),
    ("reply_review", "any", "any", 1, "working_day"),
    ("follow_up", "any", "individual", 2, "working_day"),
    ("follow_up", "any", "business", 5, "working_day"),
    ("rework", "any", "any", 5, "working_day"),
    ("rating_contact", "any", "any", 1, "working_day"),
    ("rating_rectify", "general", "any", 5, "working_day"),
    ("rating_rectify", "complex", "any", 15, "working_day"),
    ("rating_appeal", "any", "any", 3, "working_day"),
    ("rating_appeal_decision", "any", "any", 5, "working_day"),
    ("task", "simple", "any", 4, "working_hour"),
    ("task", "general", "any", 1, "working_day"),
    ("task", "complex", "any", 3, "working_day"),
    ("nudge", "any", "any", 2, "working_day"),
    ("supplement", "any", "any", 10, "working_day"),
    ("confirm", "any", "any", 10, "working_day"),
    ("return_request", "any", "any", 1, "working_day"),
    ("return_decision", "any", "any", 4, "working_hour"),
    ("arbitration", "any", "any", 1, "working_day"),
    ("divert_decision", "any", "any", 1, "working_day"),
    ("extension_decision", "any", "any", 1, "working_day"),
    ("pause_decision", "any", "any", 4, "working_hour"),
    ("pause_max", "any", "any", 10, "working_day"),
    ("card_appeal", "any", "any", 3, "working_day"),
    ("card_appeal_decision", "any", "any", 5, "working_day"),
    ("objection_window", "any", "any", 30, "calendar_day"),
    ("reopen_window", "any", "any", 30, "calendar_day"),
    ("restore_window", "any", "any", 30, "calendar_day"),
)


def region(short_code: str = "XZ", code: str = "000000", *, limits: bool = True) -> Region:
    """Make a home region that is its own root, with limits and two lists of codes.

    People can be called there at any hour: tests run at any hour.
    """
    with transaction():
        made = Region(
            code=code,
            level=RegionLevel.COUNTY,
            name_zh="西洲区",
            name_en="Xizhou District",
            path=f"{code}/",
            short_code=short_code,
            is_home=short_code == "XZ",
        )
        db.session.add(made)
        db.session.flush()
        db.session.add(
            Setting(
                region_id=made.id,
                key="call_hours",
                active_from=date(2015, 1, 1),
                value=[["00:00", "23:59"]],
                set_by="setup",
            )
        )
        if limits:
            db.session.add_all(
                SlaRule(
                    region_id=made.id,
                    hall_id=0,
                    step=step,
                    complexity=complexity,
                    party=party,
                    limit_n=n,
                    unit=LimitUnit(unit),
                    active_from=date(2015, 1, 1),
                )
                for step, complexity, party, n, unit in LIMITS
            )
    if limits:
        codes()
    forget_kept()
    return made


def codes() -> None:
    """Load a few reasons, enough to file by."""
    rows = (
        ("R01", "材料缺失或不符合形式", "Documents missing or in the wrong form"),
        ("R02", "未一次性告知、反复补正", "Not told everything at once"),
        ("R06", "超承诺或法定时限", "Past the promised or legal time limit"),
        ("R99", "其他", "Other"),
    )
    with transaction():
        if db.session.get(Code, ("reasons", "R01", SINCE)):
            return
        db.session.add_all(
            Code(
                list="reasons",
                code=code,
                zh=zh,
                en=en,
                position=position,
                attrs={"citizen_zh": zh, "citizen_en": en},
            )
            for position, (code, zh, en) in enumerate(rows)
        )


def day(region_id: int, on: date, kind: DayKind) -> None:
    """Say what kind of day a date is."""
    with transaction():
        db.session.add(
            CalendarDay(
                region_id=region_id,
                on_date=on,
                kind=kind,
                is_workday=kind in {DayKind.WORKDAY, DayKind.MAKEUP},
            )
        )
    forget_kept()


def hall(region_id: int, code: str | None = None) -> Hall:
    with transaction():
        made = Hall(
            region_id=region_id,
            code=code or f"H{next(_count)}",
            name_zh="区政务服务大厅",
            name_en="District service hall",
            phone="0700-000000",
            hours=HOURS,
        )
        db.session.add(made)
    return made


def department(region_id: int, name: str = "不动产登记中心") -> Department:
    with transaction():
        made = Department(
            region_id=region_id, code=f"D{next(_count)}", name_zh=name, name_en="Property registry"
        )
        db.session.add(made)
    return made


def window(hall_id: int, department_id: int | None = None) -> Window:
    n = next(_count)
    with transaction():
        made = Window(
            hall_id=hall_id, department_id=department_id, code=f"W{n}", qr_code=f"XZ-window-{n}"
        )
        db.session.add(made)
    return made


def item(region_id: int, department_id: int, name: str = "不动产转移登记") -> Item:
    """Make an item with one version in force since 2020: legal 30, promised 5, one visit."""
    with transaction():
        made = Item(region_id=region_id, code=f"I{next(_count)}", department_id=department_id)
        db.session.add(made)
        db.session.flush()
        db.session.add(
            ItemVersion(
                item_id=made.id,
                version=1,
                valid_from=date(2020, 1, 1),
                name_zh=name,
                name_en="Transfer of property",
                legal_n=30,
                legal_unit="working_day",
                promised_n=5,
                promised_unit="working_day",
                visits=1,
                online=True,
                reach=[],
                materials=["申请表", "身份证"],
                guide={},
            )
        )
        text = doc_text([name, "Transfer of property"], [made.code])
        db.session.add(ItemDoc(item_id=made.id, text=text))
    return made


def user(
    role: Role,
    region_id: int,
    *,
    hall_id: int = 0,
    department_id: int = 0,
    login: str | None = None,
) -> User:
    """Make somebody with one seat. The password hash opens to nothing; see `tests/accounts`."""
    n = next(_count)
    with transaction():
        made = User(login=login or f"{role.value}{n}", name=f"员工{n}", password_hash="-")
        db.session.add(made)
        db.session.flush()
        db.session.add(
            Membership(
                user_id=made.id,
                role=role,
                region_id=region_id,
                hall_id=hall_id,
                department_id=department_id,
                from_on=date(2020, 1, 1),
                granted_by="setup",
                confirmed_by="setup-2",
            )
        )
    return made


def actor(role: Role, region_id: int, *, hall_id: int = 0, department_id: int = 0) -> Actor:
    """Make somebody with one seat, and act as them."""
    return actor_of(
        user(role, region_id, hall_id=hall_id, department_id=department_id), MONDAY.date()
    )


PERSON = PartyData(name="欧阳·试", phone="13800138000", email="person@example.org")


def filing(region_id: int, hall_id: int, **changes: object) -> Filing:
    """Make a complaint of a named individual."""
    given = {
        "region_id": region_id,
        "hall_id": hall_id,
        "channel": CaseChannel.WEB,
        "party_kind": PartyKind.INDIVIDUAL,
        "identity_mode": IdentityMode.REAL,
        "reason": "R02",
        "title": "二手房过户，让我一趟一趟补材料",
        "story": "11月20日去窗口，第三次让补同一份证明。",
        "wish": "一次说清还缺什么。",
        "lang": "zh_Hans",
        "party": PERSON,
    }
    return Filing(**{**given, **changes})  # type: ignore[arg-type]


def case(region_id: int, hall_id: int, now: datetime = MONDAY, **changes: object) -> Receipt:
    """File a complaint and return its receipt."""
    with transaction():
        return open_case(
            filing(region_id, hall_id, **changes), by=complainant_of(region_id), now=now
        )
