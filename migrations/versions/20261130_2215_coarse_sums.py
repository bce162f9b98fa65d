"""Let sums be kept by department alone too, a day and a month at a time."""

from alembic import op

revision = "20261130_2215f"
down_revision = "20261130_2225c"

NAME = "ck_tallies_grain"
FINE, ALL = "grain IN ('d', 'm')", "grain IN ('d', 'm', 'u', 't', 'i')"


def upgrade() -> None:
    _replace(ALL)


def downgrade() -> None:
    op.execute("DELETE FROM tallies WHERE grain IN ('u', 't', 'i')")
    _replace(FINE)


def _replace(rule: str) -> None:
    with op.batch_alter_table("tallies") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), rule)
