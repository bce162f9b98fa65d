"""Which item somebody means, and what items are called."""

from collections.abc import Collection
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.catalogue.models import Item, ItemVersion
from desk.catalogue.queries import in_force, search_items
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.kernel.texts import storable

LONGEST_NAME = 80


def item_meant(region_id: int, code: str, words: str, *, on: date) -> int | None:
    """Find the item meant by a code and a name as somebody typed them; None where neither is given.

    The code counts only while the name still fits it: whoever types over the name means another.
    Raises Invalid, for the field `item_words`, where no single item has this name or code.
    """
    if not (code or words):
        return None
    if code and len(code) <= LONGEST_NAME and storable(code):
        row = db.session.execute(
            select(Item.id, ItemVersion.name_zh, ItemVersion.name_en)
            .join(ItemVersion, ItemVersion.item_id == Item.id)
            .where(Item.region_id == region_id, Item.code == code, in_force(on))
        ).first()
        if row and words in {"", row.name_zh, row.name_en}:
            return int(row.id)
    rows = search_items(region_id, words[:LONGEST_NAME], 5, on=on).rows if words else []
    exact = [row for row in rows if words in {row.name_zh, row.name_en, row.code}]
    if len(exact) == 1:
        return exact[0].id
    raise Invalid(
        _l("No single item has this name. Write the name or code as the catalogue has it."),
        field="item_words",
    )


def names_of_items(ids: Collection[int], lang: str, *, on: date) -> dict[int, str]:
    """Name items as they are called on a day."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(ItemVersion.item_id, ItemVersion.name_zh, ItemVersion.name_en).where(
            ItemVersion.item_id.in_(sorted(ids)), in_force(on)
        )
    )
    return {key: en if lang == "en" and en else zh for key, zh, en in rows}
