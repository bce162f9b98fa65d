"""Opening a case: the receipt's number and code, the party, the first clock, the first line."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework import workflow
from desk.casework.actions import clocks, letters, search
from desk.casework.actions.attaching import take_over
from desk.casework.actions.counting import count_move
from desk.casework.actions.move import record_move
from desk.casework.actions.parties import keep_party, repeat_key_of
from desk.casework.events import CaseMoved
from desk.casework.identity import PartyData
from desk.casework.models import NOBODY_DUE, Case
from desk.casework.numbers import new_access_code, new_case_number
from desk.casework.place import Place, place_of
from desk.casework.queries.access import access_hash
from desk.casework.words import (
    CaseChannel,
    Complexity,
    IdentityMode,
    Kind,
    PartyKind,
    Status,
)
from desk.casework.workflow import Move
from desk.catalogue.models import Item
from desk.catalogue.queries import version_in_force
from desk.kernel.db import db
from desk.kernel.errors import Busy, Invalid
from desk.kernel.events import announce
from desk.kernel.ids import uuid7

NUMBER_TRIES = 3


@dataclass(frozen=True, slots=True)
class Filing:
    """What a complainant tells us. `party` and `agent` are None where nobody is named.

    `known_party` is who it is where the desk keeps them already: of the complaint that was rated.
    """

    region_id: int
    hall_id: int
    channel: CaseChannel
    party_kind: PartyKind
    identity_mode: IdentityMode
    reason: str
    title: str
    story: str
    wish: str
    lang: str
    item_id: int | None = None
    item_words: str | None = None
    window_id: int | None = None
    happened_on: date | None = None
    visits: int | None = None
    tried_by: str | None = None
    own_reference: str | None = None
    named_text: str | None = None
    needs: tuple[str, ...] = ()
    party: PartyData | None = None
    agent: PartyData | None = None
    known_party: UUID | None = None
    is_test: bool = False
    access_code: str | None = field(default=None, repr=False)
    files: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves a filing: number and code (shown once), and the first hash of its chain."""

    case: Case
    number: str
    access_code: str = field(repr=False)
    proof: str


def open_case(filing: Filing, *, by: Actor, now: datetime) -> Receipt:
    """Open a complaint, start its clock, owe its letter, and give its receipt.

    Raises Invalid for an item of another region or an anonymous filing with a party.
    """
    by.require(Permission.CASE_FILE)
    if filing.identity_mode is IdentityMode.ANONYMOUS and filing.party is not None:
        raise Invalid(
            _l("You chose to stay anonymous and gave contact data. Choose one."),
            field="identity_mode",
        )
    place = place_of(filing.region_id, filing.hall_id, now)
    return _open(filing, Move.SUBMIT, Kind.COMPLAINT, place, by=by, now=now)


def open_rectification(filing: Filing, *, by: Actor, now: datetime) -> Receipt:
    """Open the case that a bad rating becomes, in the hall's queue, with its own clocks."""
    by.require(Permission.CASE_OPEN_RECTIFICATION)
    place = place_of(filing.region_id, filing.hall_id, now)
    return _open(filing, Move.OPEN_RECTIFICATION, Kind.RECTIFICATION, place, by=by, now=now)


def _open(
    filing: Filing, name: Move, kind: Kind, place: Place, *, by: Actor, now: datetime
) -> Receipt:
    row = workflow.BY_MOVE[name]
    code = filing.access_code or new_access_code()
    case = _case_of(filing, row.target, kind, code, place, now)
    with db.session.no_autoflush:
        db.session.add(case)
        clocks.apply(case, row.clocks, (), place, now=now)
    db.session.flush()
    search.index(case, now=now)
    letters.owe(case, row.letter, now=now)
    announce(CaseMoved(case, name, None, now, by))
    count_move(case, name, (), place, now=now)
    written = take_over(case, filing.files) if filing.files else {}
    counted = {"files": written} if written else None
    digest = record_move(case, name, None, 0, by=by, now=now, counted=counted)
    return Receipt(case, case.number, code, digest.hex()[:16])


def _case_of(
    filing: Filing, status: Status, kind: Kind, code: str, place: Place, now: datetime
) -> Case:
    region_id = filing.region_id
    party = filing.known_party or keep_party(region_id, filing.party_kind, filing.party, now=now)
    agent = keep_party(region_id, PartyKind.INDIVIDUAL, filing.agent, now=now)
    number = _free_number(place, now)
    item_id, version_id = _item_of(filing, place, now)
    rectification = kind is Kind.RECTIFICATION
    return Case(
        region_id=region_id,
        id=uuid7(now),
        kind=kind,
        number=number,
        access_h=access_hash(number, code),
        status=status,
        open=True,
        hall_id=place.hall.id,
        window_id=filing.window_id,
        item_id=item_id,
        item_version_id=version_id,
        party_id=party,
        agent_party_id=agent,
        party_kind=filing.party_kind,
        lang=filing.lang,
        needs=list(filing.needs),
        identity_mode=filing.identity_mode,
        channel=filing.channel,
        reason=filing.reason,
        complexity=Complexity.GENERAL if rectification else None,
        accepted_at=now if rectification else None,
        filed_at=now,
        happened_on=filing.happened_on,
        visits=filing.visits,
        tried_by=filing.tried_by,
        next_due_at=NOBODY_DUE,
        hop=0,
        round=0,
        repeat_key=repeat_key_of(filing.party),
        is_test=filing.is_test,
        title=filing.title,
        item_words=filing.item_words,
        own_reference=filing.own_reference,
        story=filing.story,
        wish=filing.wish,
        named_text=filing.named_text,
    )


def _item_of(filing: Filing, place: Place, now: datetime) -> tuple[int | None, int | None]:
    if filing.item_id is None:
        return None, None
    item = db.session.get(Item, filing.item_id)
    if item is None or item.region_id != filing.region_id:
        raise Invalid(_l("Choose an item from the list."), field="item")
    version = version_in_force(item.id, place.day(now))
    return item.id, version.id if version else None


def _free_number(place: Place, now: datetime) -> str:
    """Draw a number nobody has; after three tries draw from a hundred times as many."""
    short = place.region.short_code
    if not short:
        raise Invalid(_l("This region has no letters for case numbers. Ask an administrator."))
    digits = [6] * NUMBER_TRIES + [8] * NUMBER_TRIES
    for width in digits:
        number = new_case_number(short, place.day(now), width=width, rng=secrets.SystemRandom())
        taken = db.session.scalar(
            select(Case.id).where(Case.region_id == place.region.id, Case.number == number)
        )
        if taken is None:
            return number
    raise Busy(_l("No number could be drawn. Nothing was lost; send it again in a moment."))
