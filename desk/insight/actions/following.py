"""Following the ledger from seal to seal: what a seal says has grown is counted again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select

from desk.audit import seals
from desk.audit.models import LedgerSeal, LedgerStream
from desk.casework.models import Case
from desk.improvement.models import Undertaking
from desk.insight.actions.counting import AT_ONCE, in_batches, recount
from desk.insight.models import Followed
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Region

COUNTED = ("c/", "undertaking/")


def follow(region_id: int, *, now: datetime) -> bool:
    """Count again the next hundred streams a seal of a region says have grown; False for none.

    Once a seal is followed to its end, the figures know the whole ledger up to its instant. What
    changed since may be in it already, so its facts are known from `now`. The caller holds the
    transaction, a short one: people are waiting to write.
    """
    here = _here(region_id)
    followed, done = (here.seal_no, here.leaves) if here else (0, 0)
    seal = db.session.scalar(
        select(LedgerSeal)
        .where(LedgerSeal.region_id == region_id, LedgerSeal.no > followed)
        .order_by(LedgerSeal.no)
        .limit(1)
    )
    if seal is None:
        return False
    leaves = seals.unpack(seal.leaves)
    some = leaves[done : done + AT_ONCE]
    ids = [UUID(x.stream.rpartition("/")[2]) for x in some if x.stream.startswith(COUNTED)]
    recount(region_id, ids, now=now)
    if here is None:
        here = Followed(region_id=region_id, seal_no=0, leaves=0, known_at=seal.sealed_at)
        db.session.add(here)
    here.leaves = done + len(some)
    if here.leaves >= len(leaves):
        here.seal_no, here.leaves, here.known_at = seal.no, 0, max(here.known_at, seal.sealed_at)
    db.session.flush()
    return True


def everything(region_id: int) -> Sequence[UUID]:
    """List all that can count in a figure of a region."""
    cases = db.session.scalars(select(Case.id).where(Case.region_id == region_id).order_by(Case.id))
    items = db.session.scalars(
        select(Undertaking.id).where(Undertaking.region_id == region_id).order_by(Undertaking.id)
    )
    return [*cases, *items]


def count_region(region_id: int, *, now: datetime) -> None:
    """Count a region anew, a few cases at a time, each few in a short transaction of their own."""
    ids = everything(region_id)
    end_read()
    for some in in_batches(ids):
        with transaction():
            recount(region_id, some, now=now)
    with transaction():
        note_counted(region_id, now=now)


def note_counted(region_id: int, *, now: datetime) -> None:
    """Note that everything of a region was counted as it stood at `now`."""
    here = _here(region_id)
    if here is None:
        db.session.add(Followed(region_id=region_id, seal_no=0, leaves=0, known_at=now))
    else:
        here.known_at = max(here.known_at, now)
    db.session.flush()


def regions_behind() -> list[int]:
    """List the regions with a seal that was not followed yet."""
    done = func.coalesce(
        select(Followed.seal_no).where(Followed.region_id == Region.id).scalar_subquery(), 0
    )
    newer = exists().where(LedgerSeal.region_id == Region.id, LedgerSeal.no > done)
    return list(db.session.scalars(select(Region.id).where(newer).order_by(Region.id)))


def is_behind() -> bool:
    """Tell whether anything was written that is not sealed, or sealed and not followed."""
    unsealed = select(LedgerStream.stream).where(LedgerStream.sealed_seq < LedgerStream.seq)
    return bool(regions_behind()) or db.session.scalar(unsealed.limit(1)) is not None


def _here(region_id: int) -> Followed | None:
    return db.session.scalar(
        select(Followed).where(Followed.region_id == region_id).with_for_update()
    )
