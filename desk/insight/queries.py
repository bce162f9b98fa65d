"""What departments, regions and items are called on the pages of figures."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from desk.catalogue.models import Item, ItemVersion
from desk.kernel.db import db
from desk.organisation.models import Department, Region, Window


def department_names(lang: str) -> dict[int, str]:
    """Name every department by id, in a language."""
    name = Department.name_en if lang == "en" else Department.name_zh
    rows = db.session.execute(select(Department.id, name))
    return {row[0]: row[1] for row in rows}


def window_names(ids: Collection[int]) -> dict[int, str]:
    """Name windows by id, as their signs do."""
    rows = db.session.execute(select(Window.id, Window.code).where(Window.id.in_(ids)))
    return {row[0]: row[1] for row in rows} if ids else {}


def region_names(ids: Collection[int], lang: str) -> dict[int, str]:
    """Name regions by id, in a language, in the order of the tree."""
    name = Region.name_en if lang == "en" else Region.name_zh
    rows = db.session.execute(
        select(Region.id, name).where(Region.id.in_(ids)).order_by(Region.path)
    )
    return {row[0]: row[1] for row in rows}


def item_names(ids: Collection[int], lang: str) -> dict[int, str]:
    """Name items by id, in a language."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(ItemVersion.item_id, ItemVersion.name_zh, ItemVersion.name_en).where(
            ItemVersion.item_id.in_(ids)
        )
    )
    return {row[0]: (row[2] or row[1]) if lang == "en" else row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class ItemName:
    """What an item is called, and its code."""

    code: str
    name: str


def items_named(ids: Collection[int], lang: str) -> dict[int, ItemName]:
    """Name items by id, in a language, with their codes."""
    names = item_names(ids, lang)
    rows = db.session.execute(select(Item.id, Item.code).where(Item.id.in_(ids))) if ids else ()
    return {row[0]: ItemName(row[1], names.get(row[0], row[1])) for row in rows}
