"""Counting cases again: what no longer holds is closed, what holds instead begins, sums follow."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import insert, select, tuple_, update

from desk.casework.words import Kind
from desk.improvement.models import Undertaking
from desk.insight.facts import complaint, improvement, rectification
from desk.insight.facts.drafts import Draft
from desk.insight.facts.loading import histories, with_same_parties
from desk.insight.models import Fact
from desk.kernel.db import db
from desk.organisation.models import Region
from desk.tally.actions import Leaf, add

AT_ONCE = 100
Key = TypeVar("Key")
Drafts = Mapping[UUID, Counter[Draft]]


def recount(region_id: int, ids: Iterable[UUID], *, now: datetime) -> int:
    """Count cases and improvement items of a region again, and give how many facts changed.

    Other complaints of the same parties are counted with them. `now` is since when they are
    known. The caller holds the transaction.
    """
    wanted = with_same_parties(region_id, sorted(ids))
    return _keep(region_id, wanted, drawn(region_id, wanted), now)


def drawn(region_id: int, ids: Sequence[UUID]) -> Drafts:
    """Draw the facts of cases and improvement items from their rows, without keeping any."""
    found: dict[UUID, Counter[Draft]] = {}
    for history in histories(region_id, ids):
        rule = complaint if history.case.kind is Kind.COMPLAINT else rectification
        found[history.case.id] = Counter(rule.facts(history))
    zone = db.session.get_one(Region, region_id).time_zone
    for one in db.session.scalars(
        select(Undertaking).where(Undertaking.region_id == region_id, Undertaking.id.in_(ids))
    ):
        found[one.id] = Counter(improvement.facts(one, zone))
    return found


def kept(region_id: int, ids: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    """Give the facts that hold now."""
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in db.session.scalars(
        select(Fact).where(
            Fact.region_id == region_id, Fact.subject_id.in_(ids), Fact.known_until.is_(None)
        )
    ):
        found[fact.subject_id].append(fact)
    return found


def draft_of(fact: Fact) -> Draft:
    """Give what a fact says, without who and since when."""
    return Draft(
        fact.measure,
        fact.on_date,
        fact.department_id,
        fact.hall_id,
        fact.item_id,
        fact.channel,
        fact.party_kind,
        fact.weight,
    )


def _keep(region_id: int, ids: Sequence[UUID], drafts: Drafts, now: datetime) -> int:
    old = kept(region_id, ids)
    over: list[tuple[int, UUID, str, int]] = []
    fresh: list[tuple[UUID, Draft]] = []
    leaves: list[tuple[Leaf, int]] = []
    for subject in ids:
        wanted = drafts.get(subject, Counter()).copy()
        for fact in old.get(subject, ()):
            draft = draft_of(fact)
            if wanted[draft]:
                wanted[draft] -= 1
            else:
                over.append((region_id, subject, fact.measure, fact.n))
                leaves.append((leaf_of(region_id, draft), -draft.weight))
        for draft in sorted(wanted.elements()):
            fresh.append((subject, draft))
            leaves.append((leaf_of(region_id, draft), draft.weight))
    _close(over, now)
    _begin(region_id, fresh, now)
    add(leaves, alone=True)
    return len(over) + len(fresh)


def leaf_of(region_id: int, draft: Draft) -> Leaf:
    """Say under which sums a fact is counted."""
    return Leaf(
        region_id,
        draft.measure,
        draft.on_date,
        department_id=draft.department_id,
        hall_id=draft.hall_id,
        item_id=draft.item_id,
        channel=draft.channel,
        party_kind=draft.party_kind,
    )


def _close(keys: Sequence[tuple[int, UUID, str, int]], now: datetime) -> None:
    for some in in_batches(keys):
        db.session.execute(
            update(Fact)
            .where(tuple_(Fact.region_id, Fact.subject_id, Fact.measure, Fact.n).in_(some))
            .values(known_until=now)
            .execution_options(synchronize_session=False)
        )


def in_batches(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Give a few at a time."""
    for first in range(0, len(keys), AT_ONCE):
        yield keys[first : first + AT_ONCE]


def _begin(region_id: int, fresh: Sequence[tuple[UUID, Draft]], now: datetime) -> None:
    if not fresh:
        return
    last = _last_numbers(region_id, {subject for subject, _draft in fresh})
    rows = []
    for subject, draft in fresh:
        last[subject, draft.measure] += 1
        rows.append(
            {
                "region_id": region_id,
                "subject_id": subject,
                "measure": draft.measure,
                "n": last[subject, draft.measure],
                "known_from": now,
                "known_until": None,
                "on_date": draft.on_date,
                "department_id": draft.department_id,
                "hall_id": draft.hall_id,
                "item_id": draft.item_id,
                "channel": draft.channel,
                "party_kind": draft.party_kind,
                "weight": draft.weight,
            }
        )
    db.session.execute(insert(Fact), rows)


def _last_numbers(region_id: int, subjects: set[UUID]) -> Counter[tuple[UUID, str]]:
    """Give the last number of each measure of each subject, those that hold no more too."""
    found: Counter[tuple[UUID, str]] = Counter()
    for subject, measure, n in db.session.execute(
        select(Fact.subject_id, Fact.measure, Fact.n).where(
            Fact.region_id == region_id, Fact.subject_id.in_(subjects)
        )
    ):
        found[subject, measure] = max(found[subject, measure], n)
    return found
