"""Questions about items. Of all versions of an item, the one in force on a day answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, or_, select

from desk.catalogue.counting import COUNTS
from desk.catalogue.entry import WEEK
from desk.catalogue.finding import Sought, sought
from desk.catalogue.measures import COMPRESSION, COUNTED, Figure
from desk.catalogue.models import DayUnit, Item, ItemDoc, ItemVersion
from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.organisation.models import Department

PAGE = 30
MOST_FOUND = 50


def version_in_force(item_id: int, on: date) -> ItemVersion | None:
    """Find what an item promised on a day."""
    return db.session.scalar(
        select(ItemVersion)
        .where(ItemVersion.item_id == item_id, in_force(on))
        .order_by(ItemVersion.version.desc())
        .limit(1)
    )


def in_force(on: date) -> ColumnElement[bool]:
    """Give the condition for the versions that hold on a day."""
    return and_(
        ItemVersion.valid_from <= on,
        or_(ItemVersion.valid_to.is_(None), ItemVersion.valid_to >= on),
    )


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What a list shows of an item."""

    id: int
    code: str
    name_zh: str
    name_en: str | None
    department_id: int
    department_zh: str
    department_en: str
    promised_n: int | None
    promised_unit: DayUnit | None
    legal_n: int | None
    legal_unit: DayUnit | None
    visits: int | None
    online: bool
    instant: bool

    def name(self, lang: str) -> str:
        """Give the name in a language (`zh_Hans` or `en`), Chinese where there is no other."""
        return self.name_en or self.name_zh if lang == "en" else self.name_zh

    def department(self, lang: str) -> str:
        """Give the department's name in a language."""
        return self.department_en if lang == "en" else self.department_zh


ROW = (
    Item.id,
    Item.code,
    ItemVersion.name_zh,
    ItemVersion.name_en,
    Item.department_id,
    Department.name_zh,
    Department.name_en,
    ItemVersion.promised_n,
    ItemVersion.promised_unit,
    ItemVersion.legal_n,
    ItemVersion.legal_unit,
    ItemVersion.visits,
    ItemVersion.online,
    ItemVersion.instant,
)


def offered(columns: tuple[Any, ...], region_ids: Collection[int], on: date) -> Select[Any]:
    """Select from the items regions offer on a day, with version and department."""
    return (
        select(*columns)
        .select_from(Item)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(Department, Department.id == Item.department_id)
        .where(
            Item.region_id.in_(region_ids),
            or_(Item.active_to.is_(None), Item.active_to >= on),
            in_force(on),
        )
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; `near` says that nothing matched and these only come close."""

    rows: Sequence[ItemRow]
    near: bool = False


def search_items(region_id: int, words: str, limit: int = 10, *, on: date) -> Found:
    """Find items whose names, department or code hold all these words, whatever their width.

    Names that begin with them come first, then names that hold them, then the rest; short names
    before long ones. Where nothing matches, the names that share most pairs of characters (a third
    of them, two at least) are offered. Words without a letter or digit find nothing.
    """
    search = sought(words)
    if search is None:
        return Found([])
    rows = _run(_matching(search, region_id, on), limit)
    if rows or not search.near:
        return Found(rows)
    return Found(_run(_near(search, region_id, on), limit), near=True)


def _matching(search: Sought, region_id: int, on: date) -> Select[Any]:
    in_names = and_(*(_like(term) for term in search.in_names))
    rank = case((and_(_like(search.starts), in_names), 0), (in_names, 1), else_=2)
    return _found(region_id, on).where(*(_like(term) for term in search.terms)).order_by(rank)


def _near(search: Sought, region_id: int, on: date) -> Select[Any]:
    shared = sum((cast(_like(pair), Integer) for pair in search.near), start=cast(0, Integer))
    enough = max(2, len(search.near) // 3)
    return _found(region_id, on).where(shared >= enough).order_by(shared.desc())


def _found(region_id: int, on: date) -> Select[Any]:
    return offered(ROW, [region_id], on).join(ItemDoc, ItemDoc.item_id == Item.id)


def _like(pattern: str) -> ColumnElement[bool]:
    return ItemDoc.text.like(pattern, escape="\\")


def _run(statement: Select[Any], limit: int) -> list[ItemRow]:
    shortest_first = (func.length(ItemVersion.name_zh), Item.code)
    rows = db.session.execute(
        statement.order_by(*shortest_first).limit(max(1, min(limit, MOST_FOUND)))
    )
    return [ItemRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of the list; `before` and `after` are the codes to go on from (None: no more)."""

    rows: Sequence[ItemRow]
    before: str | None
    after: str | None


def items_page(
    region_id: int,
    *,
    on: date,
    department_id: int | None = None,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE,
) -> ItemPage:
    """List items by code, from behind `after` on, or the page that ends at `before`."""
    statement = offered(ROW, [region_id], on)
    if department_id is not None:
        statement = statement.where(Item.department_id == department_id)
    if before is not None:
        statement = statement.where(Item.code < before).order_by(Item.code.desc())
    else:
        statement = statement.where(Item.code > (after or "")).order_by(Item.code)
    rows = [ItemRow(*row) for row in db.session.execute(statement.limit(size + 1))]
    more, rows = len(rows) > size, rows[:size]
    if before is not None:
        rows.reverse()
    has_before = more if before is not None else after is not None
    has_after = more if before is None else True
    return ItemPage(
        rows,
        before=rows[0].code if rows and has_before else None,
        after=rows[-1].code if rows and has_after else None,
    )


Departments = Sequence[tuple[Department, int]]


def departments_offering(region_id: int, *, on: date) -> Departments:
    """List the departments that offer something, with the number of items of each."""
    counted = (
        offered((Item.department_id, func.count().label("n")), [region_id], on)
        .group_by(Item.department_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Department, counted.c.n)
        .join(counted, counted.c.department_id == Department.id)
        .order_by(counted.c.n.desc(), Department.code)
    )
    return [(department, n) for department, n in rows]


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item with all that is said of it."""

    item: Item
    version: ItemVersion
    department: Department


def item_of(region_id: int, code: str, *, on: date) -> ItemView:
    """Find an item by its code; raises NotFound for one that was never described by that day."""
    row = db.session.execute(
        select(Item, ItemVersion, Department)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(Department, Department.id == Item.department_id)
        .where(Item.region_id == region_id, Item.code == code, in_force(on))
    ).first()
    if row is None:
        raise NotFound(_l("There is no item with this code. Search for its name instead."))
    return ItemView(*row)


def versions_of(item_id: int) -> list[ItemVersion]:
    """List what an item has promised and will promise, the newest first."""
    return list(
        db.session.scalars(
            select(ItemVersion)
            .where(ItemVersion.item_id == item_id)
            .order_by(ItemVersion.version.desc())
        )
    )


def figures(region_id: int, *, on: date) -> list[Figure]:
    """Compute the figures of a region's catalogue from its rows, as they stand on a day."""
    keys = ("offered", "sevenths_by_law", "sevenths_saved", *(d.key for d in COUNTED))
    row = db.session.execute(
        offered(tuple(func.sum(COUNTS[key].added) for key in keys), [region_id], on)
    ).one()
    total, by_law, saved, *counted = (Fraction(int(n or 0)) for n in row)
    found = [
        Figure(definition, n, total, on) for definition, n in zip(COUNTED, counted, strict=True)
    ]
    return [*found, Figure(COMPRESSION, saved / WEEK, by_law / WEEK, on)]


def name_of_item(item_id: int, lang: str) -> str:
    """Name an item as it was described last."""
    row = db.session.execute(
        select(ItemVersion.name_zh, ItemVersion.name_en)
        .where(ItemVersion.item_id == item_id)
        .order_by(ItemVersion.version.desc())
        .limit(1)
    ).first()
    return "" if row is None else str(row.name_en if lang == "en" and row.name_en else row.name_zh)
