"""Let people choose how they are told that something of the ratings needs a look at once."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_0045"
down_revision = "20261130_2300t"

KINDS = (
    "assigned", "returned", "decision", "decided", "mention", "message", "reminder", "amber",
    "card", "urged", "supervised", "escalated", "task", "task_answered", "order_answered",
    "stand_in", "call", "report", "rating_alarm",
)  # fmt: skip
NEW = "alarm"


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("notice_choices") as batch:
        batch.drop_constraint(op.f("ck_notice_choices_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_choices_kind"), f"kind IN ({listed})")


def upgrade() -> None:
    _allow((*KINDS, NEW))


def downgrade() -> None:
    choices = sa.table("notice_choices", sa.column("kind", sa.String))
    op.execute(sa.delete(choices).where(choices.c.kind == NEW))
    _allow(KINDS)
