"""A district where a closed complaint was rated badly, with everybody who may put that right."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from desk.access.permissions import Role
from desk.casework.actions import acts, rating_appeals
from desk.casework.models import Case
from desk.casework.words import (
    ContactKind,
    Outcome,
    Responsibility,
    Status,
    Verdict,
)
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Region, RegionLevel
from desk.organisation.queries import forget_kept
from desk.ratings.actions.giving import RatingData, give
from desk.ratings.actions.links import new_link
from desk.ratings.models import Rating, RatingChannel, RatingStanding, RatingToken, ServiceEvent
from tests import make
from tests.casework.test_second_person import Flow

FINDING = {
    "facts": "叫号记录显示当天只来过一次，用时六分钟。",
    "evidence": "叫号记录 20261123-017",
    "next_step": "如不同意，可在30天内要求重新办理。",
    "contact": "督查科 0700-1234567",
}
EVIDENCE = "叫号记录显示当天没有这笔业务，见附件。"


class Rated(Flow):
    """The desk of the other tests; its case is the rectification once somebody `rate`d badly."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.people |= {
            "supervisor2": make.actor(Role.SUPERVISOR, self.region.id),
            "supervisor3": make.actor(Role.SUPERVISOR, self.region.id),
        }

    def put_above(self) -> None:
        """Put a region with a supervisor of its own above the district."""
        with transaction():
            above = Region(
                code="990000", level=RegionLevel.CITY, name_zh="上州市", name_en="Shangzhou",
                path="990000/", is_home=False,
            )  # fmt: skip
            db.session.add(above)
            db.session.flush()
            mine = db.session.get_one(Region, self.region.id)
            mine.parent_id, mine.path = above.id, f"990000/{mine.code}/"
            above_id = above.id
        forget_kept()
        self.people["above"] = make.actor(Role.SUPERVISOR, above_id)

    def rate(self, level: int = 1, comment: str = "态度差，三次都没说清。") -> Rating:
        """Close the complaint, rate how it was handled, and look at what comes of that."""
        if self.case.status is not Status.CLOSED:
            self.to(Status.CLOSED)
        self.now += timedelta(hours=1)
        with transaction():
            event = db.session.scalars(select(ServiceEvent)).one()
            link = new_link(self.region.id, event.id, RatingChannel.LINK, now=self.now)
            assert link
            token = db.session.scalars(
                select(RatingToken).order_by(RatingToken.expires_at.desc())
            ).first()
            assert token is not None
            rating = give(token, event, RatingData(level, (), comment), now=self.now)
            key = rating.id
        end_read()
        found = db.session.get_one(Rating, (self.region.id, key))
        if found.case_id is not None:
            case = db.session.get_one(Case, (self.region.id, found.case_id))
            self.number, self.id = case.number, case.id
        return found

    def rate_again(self, level: int, comment: str = "") -> Rating:
        """Use the link of the second round."""
        self.now += timedelta(hours=1)
        with transaction():
            token = db.session.scalars(select(RatingToken).where(RatingToken.round == 2)).one()
            event = db.session.get_one(ServiceEvent, (self.region.id, token.service_event_id))
            return give(token, event, RatingData(level, (), comment or None), now=self.now)

    def verify(self, who: str = "clerk2", *, reached: bool = True) -> None:
        self.call(who, ContactKind.VERIFY, reached=reached)

    def find(self, verdict: Verdict, who: str = "clerk2") -> None:
        self.act(acts.record_verdict, who, verdict, "评价人说的与叫号记录一致。")

    def to_the_unit(self, verdict: Verdict = Verdict.TRUE) -> None:
        """Verify the rating today, and let the unit know the day after."""
        self.verify()
        self.find(verdict)
        self.now += timedelta(days=1)
        self.go(
            Move.DISPATCH_RECTIFICATION,
            "clerk2",
            department_id=self.department.id,
            brief="请改进一次性告知。",
        )

    def put_right(self) -> None:
        """Sign, reply and have it checked by a supervisor."""
        if self.case.status is Status.DISPATCHED:
            self.go(Move.SIGN, "handler")
        self.go(
            Move.SUBMIT_REPLY, "handler", facts="窗口用了旧清单。", basis="办事指南", action="已更换清单。",
            next_step="无需再来。", contact="登记中心 0700-1234567", outcome=Outcome.DONE, evidence="新清单",
        )  # fmt: skip
        self.go(
            Move.APPROVE_REPLY,
            "supervisor",
            root_cause="R02",
            responsibility=Responsibility.STAFF,
        )

    def appeal(self, verdict: Verdict = Verdict.UNTRUE, who: str = "lead") -> Case:
        return self.act(rating_appeals.appeal, who, verdict, EVIDENCE)

    def decide(self, who: str, *, grant: bool = True, reason: str = "证据属实。") -> Case:
        return self.act(rating_appeals.decide_appeal, who, grant=grant, reason=reason)

    def rating(self) -> Rating:
        end_read()
        return db.session.scalars(
            select(Rating).where(Rating.case_id == self.id, Rating.round == 1)
        ).one()

    def standings(self) -> list[tuple[bool, str]]:
        end_read()
        rows = db.session.scalars(
            select(RatingStanding).order_by(RatingStanding.rating_id, RatingStanding.seq)
        )
        return [(row.effective, row.cause.value) for row in rows]


def rated(app: Flask) -> Rated:
    """Make the district and its bad rating."""
    found = Rated(app)
    found.rate()
    return found
