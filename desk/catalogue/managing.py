"""The list of items as those see it who keep the catalogue: retired ones and later ones too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from desk.access.actors import Actor
from desk.catalogue.changing import region_kept
from desk.catalogue.finding import sought
from desk.catalogue.models import ChangeState, DayUnit, Item, ItemChange, ItemDoc, ItemVersion
from desk.kernel.db import db
from desk.kernel.paging import Page, Place, beside, page_by_code
from desk.organisation.models import Department

PAGE = 30


@dataclass(frozen=True, slots=True)
class ManagedRow:
    """What the list shows of an item: its newest description, and whether a change waits."""

    code: str
    name_zh: str
    name_en: str | None
    department_zh: str
    department_en: str
    legal_n: int | None
    legal_unit: DayUnit | None
    promised_n: int | None
    promised_unit: DayUnit | None
    visits: int | None
    versions: int
    valid_from: date
    active_to: date | None
    waits: bool


def items_page(actor: Actor, place: Place, words: str, *, size: int = PAGE) -> Page[ManagedRow]:
    """List items by code, those whose name, department or code hold the words."""
    other = aliased(ItemVersion)
    newest = (
        select(func.max(other.version))
        .where(other.item_id == Item.id)
        .correlate(Item)
        .scalar_subquery()
    )
    waits = (
        select(ItemChange.id)
        .where(ItemChange.item_id == Item.id, ItemChange.state == ChangeState.WAITING)
        .exists()
    )
    statement = (
        select(
            Item.code,
            ItemVersion.name_zh,
            ItemVersion.name_en,
            Department.name_zh,
            Department.name_en,
            ItemVersion.legal_n,
            ItemVersion.legal_unit,
            ItemVersion.promised_n,
            ItemVersion.promised_unit,
            ItemVersion.visits,
            ItemVersion.version,
            ItemVersion.valid_from,
            Item.active_to,
            waits,
        )
        .select_from(Item)
        .join(
            ItemVersion,
            and_(ItemVersion.item_id == Item.id, ItemVersion.version == newest),
        )
        .join(Department, Department.id == Item.department_id)
        .where(Item.region_id == region_kept(actor))
    )
    search = sought(words) if words else None
    if search is not None:
        statement = statement.join(ItemDoc, ItemDoc.item_id == Item.id).where(
            and_(*(ItemDoc.text.like(term, escape="\\") for term in search.terms))
        )
    elif words:
        return Page([], None, None)
    rows: Sequence[Any] = db.session.execute(
        beside(statement, place, Item.code).limit(size + 1)
    ).all()
    return page_by_code([ManagedRow(*row) for row in rows], place, size, lambda row: row.code)
