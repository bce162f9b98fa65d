"""The list of items as those see it who keep the catalogue: retired ones and later ones too."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from desk.access.actors import Actor
from desk.catalogue.changing import described, region_kept
from desk.catalogue.entry import Breach, breaches_of
from desk.catalogue.finding import sought
from desk.catalogue.models import ChangeState, DayUnit, Item, ItemChange, ItemDoc, ItemVersion
from desk.catalogue.queries import in_force
from desk.kernel.db import db, reads_together
from desk.kernel.paging import Page, Place, beside, page_by_code
from desk.organisation.models import Department

PAGE = 30
CHUNK = 500
MOST_NAMED = 200
SENTENCES = {
    "promised_within_legal": _l("The promise is longer than the law allows."),
}
"""What a rule is called where its sentence speaks of one item."""


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


@dataclass(frozen=True, slots=True)
class Found:
    """A rule of the catalogue that items in force break: how many do, and the first of them."""

    rule: str
    sentence: object
    stops: bool
    n: int
    named: Sequence[tuple[str, str]]


def report(actor: Actor, *, today: date) -> tuple[int, list[Found]]:
    """Hold every item in force against the rules of the catalogue; give how many there are.

    Reads the catalogue once, in a stream; of each rule the first 200 items are named.
    """
    kept = region_kept(actor)
    reads_together()
    rows = db.session.execute(
        select(Item, ItemVersion)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(
            Item.region_id == kept,
            or_(Item.active_to.is_(None), Item.active_to >= today),
            in_force(today),
        )
        .order_by(Item.code)
        .execution_options(yield_per=CHUNK)
    )
    total = 0
    counts: Counter[str] = Counter()
    first: dict[str, Breach] = {}
    named: dict[str, list[tuple[str, str]]] = {}
    for item, version in rows:
        total += 1
        for breach in breaches_of(described(item, version)):
            counts[breach.rule] += 1
            first.setdefault(breach.rule, breach)
            if len(so_far := named.setdefault(breach.rule, [])) < MOST_NAMED:
                so_far.append((item.code, version.name_zh))
    return total, [
        Found(rule, SENTENCES.get(rule, first[rule].sentence), first[rule].stops, n, named[rule])
        for rule, n in counts.most_common()
    ]
