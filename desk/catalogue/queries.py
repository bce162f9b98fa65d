"""Questions about items."""

from datetime import date

from sqlalchemy import select

from desk.catalogue.models import ItemVersion
from desk.kernel.db import db


def version_in_force(item_id: int, on: date) -> ItemVersion | None:
    """Find what an item promised on a day."""
    return db.session.scalar(
        select(ItemVersion)
        .where(
            ItemVersion.item_id == item_id,
            ItemVersion.valid_from <= on,
            (ItemVersion.valid_to.is_(None)) | (ItemVersion.valid_to >= on),
        )
        .order_by(ItemVersion.version.desc())
        .limit(1)
    )
