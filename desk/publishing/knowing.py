"""Whom a text about a case must not name, and what in it may do so."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, select

from desk.accounts.queries import names_of
from desk.casework.identity import unseal
from desk.casework.likeness import likeness
from desk.casework.models import Case, CaseNamed, CaseUndertaking, Party, Reply
from desk.improvement.models import Undertaking
from desk.kernel.db import db
from desk.publishing.scanning import Finding, Known, Trace, scan
from desk.publishing.words import PARTS

ALIKE = 0.8
SHORTEST_ECHO = 30


def findings(parts: Mapping[str, str | None], known: Known, story: str = "") -> list[Finding]:
    """List what the parts of a text may tell of somebody, in the order of the page."""
    found = [one for part in PARTS for one in scan(part, parts.get(part) or "", known)]
    for part in PARTS:
        text = parts.get(part) or ""
        if len(text) >= SHORTEST_ECHO and story and likeness(text, story) >= ALIKE:
            found.append(Finding(Trace.ECHO, part, 0, len(text), text, "", ""))
    return found


def known_of(case: Case) -> Known:
    """Say whom a case knows by name: its people and firms, and the staff who worked on it.

    Cases that were joined to it count as well.
    """
    joined = db.session.execute(
        select(Case.party_id, Case.agent_party_id).where(
            Case.region_id == case.region_id, Case.parent_id == case.id
        )
    )
    pairs = [(case.party_id, case.agent_party_id), *joined]
    keys = [key for pair in pairs for key in pair if key is not None]
    staff = _staff_of([(case.region_id, case.id)])
    named = {case.named_text} if case.named_text else set()
    return Known(_names_of_parties(case.region_id, keys), staff | _persons(named))


def known_of_undertaking(one: Undertaking) -> Known:
    """Say whom the cases of an improvement item know by name."""
    rows = db.session.execute(
        select(Case.id, Case.party_id, Case.agent_party_id)
        .join(
            CaseUndertaking,
            and_(CaseUndertaking.region_id == Case.region_id, CaseUndertaking.case_id == Case.id),
        )
        .where(CaseUndertaking.region_id == one.region_id, CaseUndertaking.undertaking_id == one.id)
    ).all()
    keys = [key for _case, *found in rows for key in found if key is not None]
    cases = [(one.region_id, row[0]) for row in rows]
    return Known(_names_of_parties(one.region_id, keys), _staff_of(cases))


def _names_of_parties(region_id: int, keys: Sequence[UUID]) -> frozenset[str]:
    if not keys:
        return frozenset()
    parties = db.session.scalars(
        select(Party).where(Party.region_id == region_id, Party.id.in_(keys))
    )
    found: set[str] = set()
    for party in parties:
        data = unseal(party)
        found |= {name for name in (data.name, data.org) if name}
    return frozenset(found)


def _persons(texts: Collection[str]) -> frozenset[str]:
    """Take what a complainant wrote of whom it is about as a name where it is short enough."""
    return frozenset(text for text in texts if 2 <= len(text) <= 12)


def _staff_of(cases: Sequence[tuple[int, UUID]]) -> frozenset[str]:
    if not cases:
        return frozenset()
    region_id, ids = cases[0][0], [key for _region, key in cases]
    people: set[int] = set()
    for table, column in (
        (Reply, Reply.author_id),
        (Reply, Reply.reviewer_id),
        (CaseNamed, CaseNamed.user_id),
    ):
        found = db.session.scalars(
            select(column).where(table.region_id == region_id, table.case_id.in_(ids))
        )
        people |= {key for key in found if key is not None}
    people |= {
        key
        for key in db.session.scalars(
            select(Case.handler_id).where(Case.region_id == region_id, Case.id.in_(ids))
        )
        if key is not None
    }
    return frozenset(names_of(sorted(people)).values())
