"""Let systems tell of services and ratings: who may, what they say, and what comes too early."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_2145e"
down_revision = "20261130_2137"

EVENTS, EARLY = "service_events", "early_ratings"
OF_ITS_SYSTEM = sa.text("source_system IS NOT NULL")
UNSETTLED = sa.text("settled_at IS NULL")
KNOWN = sa.text("applicant_h IS NOT NULL")
STAGE = (
    f"ALTER TABLE {EVENTS} ADD COLUMN stage INTEGER "
    f"CONSTRAINT ck_{EVENTS}_stage CHECK (stage BETWEEN 1 AND 3)"
)
FIXED = (
    "region_id", "id", "source_system", "project_no", "service_no", "round", "level", "tags",
    "comment", "channel", "identity_mode", "given_at", "received_at", "department_id", "hall_id",
)  # fmt: skip
SQLITE_UP = (
    """CREATE TRIGGER ratings_keep_reference BEFORE UPDATE ON ratings
    WHEN NOT (NEW.source_system IS OLD.source_system AND NEW.project_no IS OLD.project_no
      AND NEW.service_no IS OLD.service_no)
    BEGIN SELECT RAISE(ABORT, 'ratings are never edited'); END""",
    f"""CREATE TRIGGER {EARLY}_no_update BEFORE UPDATE ON {EARLY}
    WHEN OLD.settled_at IS NOT NULL OR NOT ({" AND ".join(f"NEW.{c} IS OLD.{c}" for c in FIXED)})
    BEGIN SELECT RAISE(ABORT, '{EARLY} are never edited'); END""",
    f"CREATE TRIGGER {EARLY}_no_delete BEFORE DELETE ON {EARLY} "
    f"BEGIN SELECT RAISE(ABORT, '{EARLY} is append-only'); END",
)
SQLITE_DOWN = (
    f"DROP TRIGGER {EARLY}_no_delete",
    f"DROP TRIGGER {EARLY}_no_update",
    "DROP TRIGGER ratings_keep_reference",
)
POSTGRES_UP = (
    """CREATE FUNCTION desk_early_ratings_update() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.settled_at IS NULL AND to_jsonb(NEW) - 'settled_at' - 'rating_id'
          = to_jsonb(OLD) - 'settled_at' - 'rating_id' THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'early_ratings are never edited';
    END $$""",
    f"CREATE TRIGGER {EARLY}_no_update BEFORE UPDATE ON {EARLY} "
    "FOR EACH ROW EXECUTE FUNCTION desk_early_ratings_update()",
    f"CREATE TRIGGER {EARLY}_no_delete BEFORE DELETE ON {EARLY} "
    "FOR EACH ROW EXECUTE FUNCTION desk_append_only()",
    f"CREATE TRIGGER {EARLY}_no_truncate BEFORE TRUNCATE ON {EARLY} "
    "FOR EACH STATEMENT EXECUTE FUNCTION desk_append_only()",
)
POSTGRES_DOWN = (
    f"DROP TRIGGER {EARLY}_no_truncate ON {EARLY}",
    f"DROP TRIGGER {EARLY}_no_delete ON {EARLY}",
    f"DROP TRIGGER {EARLY}_no_update ON {EARLY}",
    "DROP FUNCTION desk_early_ratings_update()",
)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "api_clients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("system", sa.String(length=32), nullable=False),
        sa.Column("token_h", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("granted_by <> confirmed_by", name=op.f("ck_api_clients_two_people")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_api_clients_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_clients")),
        sa.UniqueConstraint("token_h", name=op.f("uq_api_clients_token_h")),
    )
    op.execute(STAGE)
    for column in (
        sa.Column("applicant_h", sa.LargeBinary(length=16), nullable=True),
        sa.Column("phone_e", sa.LargeBinary(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("historic", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("batch_key", sa.Uuid(), nullable=True),
    ):
        op.add_column(EVENTS, column)
    op.create_index(
        "ix_service_events_applicant",
        EVENTS,
        ["region_id", "applicant_h", "item_id", "occurred_at"],
        postgresql_where=KNOWN,
        sqlite_where=KNOWN,
    )
    for column in (
        sa.Column("source_system", sa.String(length=32), nullable=True),
        sa.Column("project_no", sa.String(length=80), nullable=True),
        sa.Column("service_no", sa.String(length=32), nullable=True),
    ):
        op.add_column("ratings", column)
    op.create_index(
        "uq_ratings_told",
        "ratings",
        ["region_id", "source_system", "project_no", "service_no", "round"],
        unique=True,
        postgresql_where=OF_ITS_SYSTEM,
        sqlite_where=OF_ITS_SYSTEM,
    )
    _create_early()
    for statement in {"sqlite": SQLITE_UP, "postgresql": POSTGRES_UP}[op.get_bind().dialect.name]:
        op.execute(statement)


def _create_early() -> None:
    channels = ("link", "sms", "qr", "kiosk", "web", "paper", "phone", "api")
    op.create_table(
        EARLY,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_system", sa.String(length=32), nullable=False),
        sa.Column("project_no", sa.String(length=80), nullable=False),
        sa.Column("service_no", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("channel", _one_of("channel", *channels), nullable=False),
        sa.Column(
            "identity_mode",
            _one_of("identity_mode", "real", "confidential", "anonymous"),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f(f"ck_{EARLY}_level")),
        sa.CheckConstraint("round BETWEEN 0 AND 1", name=op.f(f"ck_{EARLY}_round")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{EARLY}_{column}"))
            for column, table in (
                ("region_id", "regions"),
                ("department_id", "departments"),
                ("hall_id", "halls"),
            )
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{EARLY}")),
        sa.UniqueConstraint(
            "region_id",
            "source_system",
            "project_no",
            "service_no",
            "round",
            name=op.f(f"uq_{EARLY}_region_id_source_system_project_no_service_no_round"),
        ),
    )
    op.create_index(
        "ix_early_ratings_waiting",
        EARLY,
        ["received_at", "region_id", "id"],
        postgresql_where=UNSETTLED,
        sqlite_where=UNSETTLED,
    )


def downgrade() -> None:
    for statement in {"sqlite": SQLITE_DOWN, "postgresql": POSTGRES_DOWN}[
        op.get_bind().dialect.name
    ]:
        op.execute(statement)
    op.drop_table(EARLY)
    op.drop_index("uq_ratings_told", table_name="ratings")
    for column in ("service_no", "project_no", "source_system"):
        op.drop_column("ratings", column)
    op.drop_index("ix_service_events_applicant", table_name=EVENTS)
    for column in ("batch_key", "historic", "invited_at", "phone_e", "applicant_h", "stage"):
        op.drop_column(EVENTS, column)
    op.drop_table("api_clients")
