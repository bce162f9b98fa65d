"""Let an entry of a code list say something new from a day on, and keep what it said before."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261201_0330"
down_revision = "20261201_0320"

SINCE = date(2000, 1, 1)
CODES = sa.table(
    "codes",
    sa.column("list", sa.String),
    sa.column("code", sa.String),
    sa.column("zh", sa.String),
    sa.column("en", sa.String),
    sa.column("attrs", sa.JSON),
    sa.column("position", sa.Integer),
    sa.column("active_from", sa.Date),
    sa.column("active_to", sa.Date),
)


def _rows() -> list[dict[str, Any]]:
    found = op.get_bind().execute(sa.select(CODES).order_by(CODES.c.active_from)).mappings()
    return [dict(row) for row in found]


def _made_anew(rows: list[dict[str, Any]], *, by_day: bool) -> None:
    """Make the small table once more, with another key, and put its rows back."""
    op.drop_table("codes")
    key = ["list", "code", "active_from"] if by_day else ["list", "code"]
    op.create_table(
        "codes",
        sa.Column("list", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("zh", sa.String(length=120), nullable=False),
        sa.Column("en", sa.String(length=160), nullable=False),
        sa.Column("attrs", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=not by_day),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_codes")),
    )
    if rows:
        op.bulk_insert(CODES, rows)


def upgrade() -> None:
    rows = [{**row, "active_from": row["active_from"] or SINCE} for row in _rows()]
    _made_anew(rows, by_day=True)


def downgrade() -> None:
    newest = {(row["list"], row["code"]): row for row in _rows()}
    _made_anew(list(newest.values()), by_day=False)
