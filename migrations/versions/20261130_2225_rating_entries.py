"""Keep who wrote a rating down for somebody, and the scan that shows it."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2225c"
down_revision = "20261130_2230q"

T = "rating_entries"
SQLITE = tuple(
    f"CREATE TRIGGER {T}_no_{verb.lower()} BEFORE {verb} ON {T} "
    f"BEGIN SELECT RAISE(ABORT, '{T} is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRES = (
    f"CREATE TRIGGER {T}_no_change BEFORE UPDATE OR DELETE ON {T} "
    "FOR EACH ROW EXECUTE FUNCTION desk_append_only()",
)


def upgrade() -> None:
    op.create_table(
        T,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rating_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "rating_id"], ["ratings.region_id", "ratings.id"], name=f"fk_{T}_rating"
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "file_id"], ["files.region_id", "files.id"], name=f"fk_{T}_file"
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name=op.f(f"fk_{T}_entered_by")),
        sa.PrimaryKeyConstraint("region_id", "rating_id", name=op.f(f"pk_{T}")),
    )
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(T)
