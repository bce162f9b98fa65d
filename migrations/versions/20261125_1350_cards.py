"""Keep the cards of units: one for each level of each run of a clock."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1350c"
down_revision = "20261125_1410s"

STEPS = (
    "accept", "dispatch", "sign", "first_contact", "reply", "reply_review", "follow_up",
    "confirm", "supplement", "rework", "rating_contact", "rating_rectify",
)  # fmt: skip
LEVELS = ("reminder", "amber", "blue", "yellow", "red")
UNTOLD = sa.text("told_at IS NULL")


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=False, length=24)


def _check(name: str, column: str, *words: str) -> sa.CheckConstraint:
    said = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({said})", name=f"ck_cards_{name}")


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("region_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("step", _one_of("step", *STEPS), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("level", _one_of("level", *LEVELS), nullable=False),
        sa.Column("cause", _one_of("cause", "time", "rounds", "false_closure"), nullable=False),
        sa.Column("department_id", sa.Integer, nullable=False),
        sa.Column("hall_id", sa.Integer, nullable=False),
        sa.Column("fell_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_id", sa.Uuid, nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_for", _one_of("revoked_for", "appeal", "corrected"), nullable=True),
        sa.PrimaryKeyConstraint("region_id", "id", name="pk_cards"),
        sa.UniqueConstraint(
            "region_id", "case_id", "step", "n", "level",
            name="uq_cards_region_id_case_id_step_n_level",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_cards_case"
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "appeal_id"],
            ["approvals.region_id", "approvals.id"],
            name="fk_cards_appeal",
        ),
        _check("step", "step", *STEPS),
        _check("level", "level", *LEVELS),
        _check("cause", "cause", "time", "rounds", "false_closure"),
        _check("revoked_for", "revoked_for", "appeal", "corrected"),
        sa.CheckConstraint("department_id = 0 OR hall_id = 0", name="ck_cards_one_unit"),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_for IS NULL)", name="ck_cards_revoked_has_cause"
        ),
        sa.CheckConstraint("issued_at >= fell_due_at", name="ck_cards_issued_after_due"),
    )  # fmt: skip
    op.create_index(
        "ix_cards_department", "cards", ["region_id", "department_id", "issued_at", "id"]
    )
    op.create_index("ix_cards_issued", "cards", ["region_id", "issued_at", "id"])
    op.create_index(
        "ix_cards_untold",
        "cards",
        ["region_id", "department_id", "hall_id"],
        postgresql_where=UNTOLD,
        sqlite_where=UNTOLD,
    )


def downgrade() -> None:
    op.drop_table("cards")
