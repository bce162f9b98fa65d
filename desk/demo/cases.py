"""The demo's cases: who files what when, and how each of them goes."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from desk.casework.actions.parties import keep_party, repeat_key_of
from desk.casework.identity import PartyData
from desk.casework.models import NOBODY_DUE, Case
from desk.casework.numbers import new_access_code, new_case_number
from desk.casework.place import Place as CasePlace
from desk.casework.place import place_of
from desk.casework.queries.access import access_hash
from desk.casework.uscc import check_character
from desk.casework.words import (
    CaseChannel,
    Complexity,
    IdentityMode,
    Kind,
    PartyKind,
    Status,
    Verdict,
)
from desk.casework.workflow import Move
from desk.demo.history import Historian
from desk.demo.items import CatalogueItem
from desk.demo.place import Place
from desk.demo.scripts import Matter, complaint, rectification, stalled
from desk.demo.words import (
    COMPANIES,
    COMPANY_ENDING,
    GIVEN,
    STORIES,
    SURNAMES,
    WISHES,
)
from desk.kernel.ids import uuid7
from desk.organisation.queries import codes_of

REASON_WEIGHTS = {
    "R01": 12,
    "R02": 22,
    "R03": 8,
    "R04": 9,
    "R05": 6,
    "R06": 14,
    "R07": 10,
    "R08": 3,
    "R09": 8,
    "R10": 4,
    "R11": 7,
    "R12": 4,
    "R13": 2,
    "R14": 4,
    "R15": 2,
    "R99": 3,
}
MONTHS = 24
RECENT_DAYS = 25
RECENT_SHARE = 0.05

STALLED = (
    (0, 1.2),
    (3, 6.5),
    (4, 8),
    (2, 3),
    (1, 2.2),
    (4, 5),
    (3, 3.1),
    (4, 12),
    (5, 9),
    (2, 1.1),
    (0, 4),
    (4, 4),
    (4, 7),
)
"""After how many steps a case is left alone, and how many days ago it was filed."""


class Filer:
    """Invents cases and hands them to the historian."""

    def __init__(
        self, place: Place, items: list[CatalogueItem], historian: Historian, rng: Random
    ) -> None:
        self.place, self.items, self.historian, self.rng = place, items, historian, rng
        self.now = historian.now
        self.where: CasePlace = place_of(place.region.id, place.hall.id, self.now)
        self.reasons = {entry.code: entry for entry in codes_of("reasons", self.now.date())}
        self.numbers: set[str] = set()

    def file_stalled(self, n: int) -> Case:
        """Invent a complaint of the last days that somebody has left alone, and walk it so far."""
        steps, days = STALLED[n % len(STALLED)]
        return self.file_complaint(self.now - timedelta(days=days, hours=n % 5), steps)

    def file_complaint(self, at: datetime | None = None, steps: int | None = None) -> Case:
        """Invent one complaint and walk it; with `steps` only so far."""
        rng = self.rng
        item = self.items[min(int(rng.paretovariate(0.6) * 7), len(self.items)) - 1]
        business = rng.random() < 0.22
        lang = 1 if rng.random() < 0.06 else 0
        mode = rng.choices(list(IdentityMode), (80, 13, 7))[0]
        reason = rng.choices(list(REASON_WEIGHTS), list(REASON_WEIGHTS.values()))[0]
        filed_at = at or self.filing_instant()
        kind = PartyKind.BUSINESS if business else PartyKind.INDIVIDUAL
        data = None if mode is IdentityMode.ANONYMOUS else self.somebody(business=business)
        words = self.reasons[reason].attrs
        said = words["citizen_en" if lang else "citizen_zh"]
        case = self.case(
            Kind.COMPLAINT,
            filed_at,
            item,
            party_kind=kind,
            party_id=keep_party(self.place.region.id, kind, data, now=filed_at),
            identity_mode=mode,
            reason=reason,
            lang="en" if lang else "zh_Hans",
            channel=rng.choices(
                (CaseChannel.WEB, CaseChannel.WINDOW, CaseChannel.QR, CaseChannel.PHONE),
                (55, 22, 15, 8),
            )[0],
            title=(f"{item.name_en}: {said}" if lang else f"{item.name_zh.split('·')[0]}，{said}"),
            story=STORIES[reason][lang],
            wish=rng.choice(WISHES)[lang],
        )
        case.repeat_key = repeat_key_of(data)
        case.needs = rng.choices(([], ["elderly"], ["disabled"], ["language"]), (88, 8, 2, 2))[0]
        case.visits = rng.choices((0, 1, 2, 3, 4), (12, 25, 30, 22, 11))[0]
        case.happened_on = (filed_at - timedelta(days=rng.randint(0, 9))).date()
        matter = Matter(
            item.id,
            item.department_id,
            reason,
            anonymous=mode is IdentityMode.ANONYMOUS,
            hidden=mode is not IdentityMode.REAL,
            lang=lang,
        )
        beats = complaint(matter, rng) if steps is None else stalled(matter, rng, steps)
        self.historian.walk(case, Move.SUBMIT, self.where, beats)
        return case

    def open_rectification(
        self, rated_at: datetime, item: CatalogueItem, *, level: int, words: str
    ) -> UUID:
        """Open the case a bad rating became, walk it, and return its id."""
        case = self.case(
            Kind.RECTIFICATION,
            rated_at,
            item,
            party_kind=PartyKind.INDIVIDUAL,
            party_id=keep_party(
                self.place.region.id,
                PartyKind.INDIVIDUAL,
                self.somebody(business=False),
                now=rated_at,
            ),
            identity_mode=IdentityMode.CONFIDENTIAL,
            reason=self.rng.choice(("R02", "R06", "R11")),
            lang="zh_Hans",
            channel=CaseChannel.RATING,
            title=f"{item.name_zh.split('·')[0]}被评为{'非常不满意' if level == 1 else '不满意'}",
            story=words,
            wish="",
        )
        case.complexity = Complexity.GENERAL
        case.accepted_at = rated_at
        case.verdict = self.rng.choice((Verdict.TRUE, Verdict.PART))
        matter = Matter(
            item.id, item.department_id, case.reason, anonymous=False, hidden=True, lang=0
        )
        self.historian.walk(
            case, Move.OPEN_RECTIFICATION, self.where, rectification(matter, self.rng)
        )
        return case.id

    def filing_instant(self) -> datetime:
        """Draw an instant of the last two years, the last weeks a little denser."""
        if self.rng.random() < RECENT_SHARE:
            return self.now - timedelta(days=self.rng.uniform(0.01, RECENT_DAYS))
        days = self.rng.uniform(RECENT_DAYS, MONTHS * 30.4)
        day = (self.now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
        return day + timedelta(hours=self.rng.triangular(0, 14, 3))

    def somebody(self, *, business: bool) -> PartyData:
        """Invent a person or a company; the numbers are of a block nobody is given."""
        rng = self.rng
        name = rng.choice(SURNAMES) + rng.choice(GIVEN)
        phone = f"1990000{rng.randrange(10_000):04d}"
        if not business:
            email = f"demo{rng.randrange(10_000)}@example.org" if rng.random() < 0.3 else None
            return PartyData(name=name, phone=phone, email=email)
        body = f"91420699MA{rng.randrange(10_000_000):07d}"
        return PartyData(
            name=name,
            phone=phone,
            org=f"西洲{rng.choice(COMPANIES)}{COMPANY_ENDING}",
            uscc=body + check_character(body),
        )

    def case(self, kind: Kind, at: datetime, item: CatalogueItem, **given: object) -> Case:
        """Make the row of a case as it is opened."""
        number = self.number(at)
        status = Status.SUBMITTED if kind is Kind.COMPLAINT else Status.ACCEPTED
        case = Case(
            region_id=self.place.region.id,
            id=uuid7(at),
            kind=kind,
            number=number,
            access_h=access_hash(number, new_access_code(self.rng)),
            status=status,
            open=True,
            hall_id=self.place.hall.id,
            window_id=self.rng.choice(self.place.windows).id,
            item_id=item.id,
            item_version_id=item.version_id,
            needs=[],
            filed_at=at,
            next_due_at=NOBODY_DUE,
            hop=0,
            round=0,
            is_test=False,
            **given,
        )
        case.title = case.title[:200]
        return case

    def number(self, at: datetime) -> str:
        """Draw a number not drawn before."""
        while True:
            number = new_case_number("XZ", self.where.day(at), rng=self.rng)
            if number not in self.numbers:
                self.numbers.add(number)
                return number
