"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_0820"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "codes",
        sa.Column("list", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("zh", sa.String(length=120), nullable=False),
        sa.Column("en", sa.String(length=160), nullable=False),
        sa.Column("attrs", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("list", "code", name=op.f("pk_codes")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=400), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("name", "slot", name=op.f("uq_jobs_name_slot")),
    )
    op.create_index(
        op.f("ix_jobs_run_at"),
        "jobs",
        ["run_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "ledger",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stream", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=24), nullable=True),
        sa.Column("what", sa.String(length=48), nullable=False),
        sa.Column("from_status", sa.String(length=24), nullable=True),
        sa.Column("to_status", sa.String(length=24), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "public",
                "team",
                "supervisors",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("region_id", "stream", "seq", name=op.f("pk_ledger")),
    )
    op.create_table(
        "ledger_streams",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stream", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("region_id", "stream", name=op.f("pk_ledger_streams")),
    )
    op.create_index(
        op.f("ix_ledger_streams_region_id"),
        "ledger_streams",
        ["region_id"],
        unique=False,
        postgresql_where=sa.text("sealed_seq < seq"),
        sqlite_where=sa.text("sealed_seq < seq"),
    )
    op.create_table(
        "letters",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=48), nullable=False),
        sa.Column("lang", sa.String(length=12), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "mail", "sms", name="channel", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("secret_e", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=120), nullable=True),
        sa.Column("provider_ref", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(party_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_letters_one_addressee")
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_letters")),
        sa.UniqueConstraint(
            "region_id", "dedupe_key", name=op.f("uq_letters_region_id_dedupe_key")
        ),
    )
    op.create_index(
        op.f("ix_letters_not_before_id"),
        "letters",
        ["not_before", "id"],
        unique=False,
        postgresql_where=sa.text("posted_at IS NULL AND dead_at IS NULL"),
        sqlite_where=sa.text("posted_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "regions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "nation",
                "province",
                "city",
                "county",
                "township",
                "village",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=80), nullable=False),
        sa.Column("short_code", sa.String(length=4), nullable=True),
        sa.Column("is_home", sa.Boolean(), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "short_code IS NULL OR length(short_code) BETWEEN 2 AND 4",
            name=op.f("ck_regions_short_code"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["regions.id"], name=op.f("fk_regions_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
        sa.UniqueConstraint("code", name=op.f("uq_regions_code")),
        sa.UniqueConstraint("path", name=op.f("uq_regions_path")),
        sa.UniqueConstraint("short_code", name=op.f("uq_regions_short_code")),
    )
    op.create_table(
        "search_docs",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("doc_no", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("region_id", "case_id", name=op.f("pk_search_docs")),
        sa.UniqueConstraint("region_id", "doc_no", name=op.f("uq_search_docs_region_id_doc_no")),
    )
    op.create_table(
        "tallies",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("grain", sa.String(length=1), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hall_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("window_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("party_kind", sa.String(length=12), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("grain IN ('d', 'm')", name=op.f("ck_tallies_grain")),
        sa.PrimaryKeyConstraint(
            "region_id",
            "measure",
            "grain",
            "on_date",
            "department_id",
            "hall_id",
            "window_id",
            "item_id",
            "channel",
            "party_kind",
            name=op.f("pk_tallies"),
        ),
    )
    op.create_index(
        op.f("ix_tallies_region_id_on_date"), "tallies", ["region_id", "on_date"], unique=False
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("lang", sa.String(length=12), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "workday",
                "weekend",
                "holiday",
                "workday_makeup",
                "closure",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_calendar_days_region_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "on_date", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("succeeded_by_id", sa.Integer(), nullable=True),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["departments.id"], name=op.f("fk_departments_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_departments_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["succeeded_by_id"], ["departments.id"], name=op.f("fk_departments_succeeded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_departments_region_id_code")),
    )
    op.create_table(
        "drafts",
        sa.Column("token_h", sa.LargeBinary(length=32), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("body_e", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_drafts_region_id")),
        sa.PrimaryKeyConstraint("token_h", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_expires_at"), "drafts", ["expires_at"], unique=False)
    op.create_table(
        "halls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_halls_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halls")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_halls_region_id_code")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "clerk",
                "handler",
                "lead",
                "supervisor",
                "integrity",
                "admin",
                "auditor",
                "complainant",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "role <> 'clerk' OR hall_id <> 0", name=op.f("ck_memberships_clerk_has_hall")
        ),
        sa.CheckConstraint(
            "role NOT IN ('complainant', 'system')", name=op.f("ck_memberships_role_of_staff")
        ),
        sa.CheckConstraint(
            "role NOT IN ('handler', 'lead') OR department_id <> 0",
            name=op.f("ck_memberships_handler_has_department"),
        ),
        sa.CheckConstraint("granted_by <> confirmed_by", name=op.f("ck_memberships_two_people")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_memberships_region_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "region_id",
            "hall_id",
            "department_id",
            "from_on",
            name=op.f("uq_memberships_user_id_role_region_id_hall_id_department_id_from_on"),
        ),
    )
    op.create_index(
        op.f("ix_memberships_department_id_role"),
        "memberships",
        ["department_id", "role"],
        unique=False,
    )
    op.create_index(
        op.f("ix_memberships_hall_id_role"), "memberships", ["hall_id", "role"], unique=False
    )
    op.create_table(
        "parties",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "individual",
                "business",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("name_e", sa.LargeBinary(), nullable=True),
        sa.Column("org_e", sa.LargeBinary(), nullable=True),
        sa.Column("uscc_e", sa.LargeBinary(), nullable=True),
        sa.Column("phone_e", sa.LargeBinary(), nullable=True),
        sa.Column("email_e", sa.LargeBinary(), nullable=True),
        sa.Column("dek_e", sa.LargeBinary(), nullable=True),
        sa.Column("phone_h", sa.LargeBinary(length=16), nullable=True),
        sa.Column("uscc_h", sa.LargeBinary(length=16), nullable=True),
        sa.Column("email_h", sa.LargeBinary(length=16), nullable=True),
        sa.Column("name_masked", sa.String(length=40), nullable=False),
        sa.Column("phone_private", sa.Boolean(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(erased_at IS NULL) = (dek_e IS NOT NULL)", name=op.f("ck_parties_erased_without_key")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_parties_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_parties")),
    )
    op.create_index(
        op.f("ix_parties_region_id_phone_h"),
        "parties",
        ["region_id", "phone_h"],
        unique=False,
        postgresql_where=sa.text("phone_h IS NOT NULL"),
        sqlite_where=sa.text("phone_h IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_parties_region_id_uscc_h"),
        "parties",
        ["region_id", "uscc_h"],
        unique=False,
        postgresql_where=sa.text("uscc_h IS NOT NULL"),
        sqlite_where=sa.text("uscc_h IS NOT NULL"),
    )
    op.create_table(
        "request_keys",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client", sa.String(length=48), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body_h", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_request_keys_region_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "client", "key", name=op.f("pk_request_keys")),
    )
    op.create_table(
        "sla_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("complexity", sa.String(length=12), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("limit_n", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "working_day",
                "working_hour",
                "calendar_day",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.CheckConstraint("limit_n > 0", name=op.f("ck_sla_rules_limit_n")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_sla_rules_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_rules")),
        sa.UniqueConstraint(
            "region_id",
            "hall_id",
            "step",
            "complexity",
            "party",
            "active_from",
            name=op.f("uq_sla_rules_region_id_hall_id_step_complexity_party_active_from"),
        ),
    )
    op.create_index(
        op.f("ix_sla_rules_region_id_step"), "sla_rules", ["region_id", "step"], unique=False
    )
    op.create_table(
        "user_sessions",
        sa.Column("token_h", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id")),
        sa.PrimaryKeyConstraint("token_h", name=op.f("pk_user_sessions")),
    )
    op.create_index(op.f("ix_user_sessions_user_id"), "user_sessions", ["user_id"], unique=False)
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_items_department_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_items_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_items_region_id_code")),
    )
    op.create_index(op.f("ix_items_department_id"), "items", ["department_id"], unique=False)
    op.create_table(
        "windows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("zone", sa.String(length=80), nullable=False),
        sa.Column("qr_code", sa.String(length=40), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_windows_department_id")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_windows_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_windows")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_windows_hall_id_code")),
        sa.UniqueConstraint("qr_code", name=op.f("uq_windows_qr_code")),
    )
    op.create_table(
        "item_docs",
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_docs_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_docs")),
    )
    op.create_table(
        "item_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("name_zh", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=400), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("legal_n", sa.Integer(), nullable=True),
        sa.Column(
            "legal_unit",
            sa.Enum(
                "working_day",
                "calendar_day",
                name="legal_unit",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("promised_n", sa.Integer(), nullable=True),
        sa.Column(
            "promised_unit",
            sa.Enum(
                "working_day",
                "calendar_day",
                name="promised_unit",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("visits", sa.Integer(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("instant", sa.Boolean(), nullable=False),
        sa.Column("ratable", sa.Boolean(), nullable=False),
        sa.Column("reach", sa.JSON(), nullable=False),
        sa.Column("materials", sa.JSON(), nullable=False),
        sa.Column("guide", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(legal_n IS NULL) = (legal_unit IS NULL)", name=op.f("ck_item_versions_legal_has_unit")
        ),
        sa.CheckConstraint(
            "(promised_n IS NULL) = (promised_unit IS NULL)",
            name=op.f("ck_item_versions_promised_has_unit"),
        ),
        sa.CheckConstraint(
            "legal_n IS NULL OR legal_n >= 0", name=op.f("ck_item_versions_legal_n")
        ),
        sa.CheckConstraint(
            "promised_n IS NULL OR promised_n >= 0", name=op.f("ck_item_versions_promised_n")
        ),
        sa.CheckConstraint("visits IS NULL OR visits >= 0", name=op.f("ck_item_versions_visits")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_versions_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_versions")),
        sa.UniqueConstraint("item_id", "version", name=op.f("uq_item_versions_item_id_version")),
    )
    op.create_index(
        op.f("ix_item_versions_item_id_valid_from"),
        "item_versions",
        ["item_id", "valid_from"],
        unique=False,
    )
    op.create_table(
        "cases",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "complaint",
                "rectification",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("access_h", sa.LargeBinary(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "supplement",
                "accepted",
                "dispatched",
                "handling",
                "reply_review",
                "replied",
                "closed",
                "diverted",
                "merged",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("window_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("item_version_id", sa.Integer(), nullable=True),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("agent_party_id", sa.Uuid(), nullable=True),
        sa.Column(
            "party_kind",
            sa.Enum(
                "individual",
                "business",
                name="party_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("lang", sa.String(length=12), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column(
            "identity_mode",
            sa.Enum(
                "real",
                "confidential",
                "anonymous",
                name="identity_mode",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "window",
                "qr",
                "phone",
                "letter",
                "hotline",
                "api",
                "rating",
                "look_back",
                "import",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("root_cause", sa.String(length=12), nullable=True),
        sa.Column(
            "responsibility",
            sa.Enum(
                "unit",
                "staff",
                "system",
                "policy",
                "applicant",
                "mixed",
                name="responsibility",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "complexity",
            sa.Enum(
                "simple",
                "general",
                "complex",
                "special",
                name="complexity",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "DONE",
                "PART",
                "EXPLAINED",
                "POLICY",
                "LEGACY",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "true",
                "part",
                "untrue",
                "mistake",
                "malicious",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "result",
            sa.Enum(
                "solved",
                "part",
                "unsolved",
                "unconfirmed",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=True),
        sa.Column("tried_by", sa.String(length=16), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hop", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("repeat_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supervised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("item_words", sa.String(length=200), nullable=True),
        sa.Column("own_reference", sa.String(length=80), nullable=True),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("brief", sa.Text(), nullable=True),
        sa.Column("named_text", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_cases_closed_has_time")
        ),
        sa.CheckConstraint(
            "(status = 'merged') = (parent_id IS NOT NULL)", name=op.f("ck_cases_merged_has_parent")
        ),
        sa.CheckConstraint(
            "identity_mode <> 'anonymous' OR party_id IS NULL",
            name=op.f("ck_cases_anonymous_no_party"),
        ),
        sa.CheckConstraint(
            "open = (status NOT IN ('closed', 'diverted', 'merged', 'withdrawn'))",
            name=op.f("ck_cases_open_as_status"),
        ),
        sa.CheckConstraint(
            "status <> 'closed' OR (result IS NOT NULL AND ((outcome IS NOT NULL AND root_cause IS NOT NULL AND responsibility IS NOT NULL) OR (verdict IS NOT NULL AND verdict IN ('untrue', 'mistake', 'malicious'))))",
            name=op.f("ck_cases_closed_is_complete"),
        ),
        sa.CheckConstraint(
            "status <> 'reply_review' OR department_id IS NOT NULL OR kind = 'rectification'",
            name=op.f("ck_cases_review_has_department"),
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'supplement', 'diverted', 'withdrawn', 'merged') OR accepted_at IS NOT NULL",
            name=op.f("ck_cases_accepted_has_time"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('dispatched', 'handling') OR department_id IS NOT NULL",
            name=op.f("ck_cases_handling_has_department"),
        ),
        sa.CheckConstraint("open = (ended_at IS NULL)", name=op.f("ck_cases_ended_has_time")),
        sa.CheckConstraint("round >= 0 AND hop >= 0", name=op.f("ck_cases_counts")),
        sa.CheckConstraint(
            "visits IS NULL OR visits BETWEEN 0 AND 99", name=op.f("ck_cases_visits")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_cases_department_id")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_cases_hall_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["users.id"], name=op.f("fk_cases_handler_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_cases_item_id")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_versions.id"], name=op.f("fk_cases_item_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "agent_party_id"],
            ["parties.region_id", "parties.id"],
            name="fk_cases_agent_party",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "parent_id"], ["cases.region_id", "cases.id"], name="fk_cases_parent"
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "party_id"], ["parties.region_id", "parties.id"], name="fk_cases_party"
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_cases_region_id")),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_cases_window_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_cases")),
        sa.UniqueConstraint("region_id", "number", name=op.f("uq_cases_region_id_number")),
    )
    op.create_index("ix_cases_closed", "cases", ["region_id", "closed_at", "id"], unique=False)
    op.create_index("ix_cases_filed", "cases", ["region_id", "filed_at", "id"], unique=False)
    op.create_index(
        "ix_cases_item_cause",
        "cases",
        ["region_id", "item_id", "root_cause", "filed_at"],
        unique=False,
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["region_id", "next_due_at", "id"],
        unique=False,
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )
    op.create_index(
        "ix_cases_open_dept",
        "cases",
        ["region_id", "department_id", "next_due_at", "id"],
        unique=False,
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )
    op.create_index(
        "ix_cases_open_hall",
        "cases",
        ["region_id", "hall_id", "next_due_at", "id"],
        unique=False,
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )
    op.create_index(
        "ix_cases_open_mine",
        "cases",
        ["region_id", "handler_id", "next_due_at", "id"],
        unique=False,
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )
    op.create_index(
        "ix_cases_parent",
        "cases",
        ["region_id", "parent_id"],
        unique=False,
        postgresql_where=sa.text("parent_id IS NOT NULL"),
        sqlite_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_repeat",
        "cases",
        ["region_id", "repeat_key", "item_id", "filed_at"],
        unique=False,
        postgresql_where=sa.text("repeat_key IS NOT NULL"),
        sqlite_where=sa.text("repeat_key IS NOT NULL"),
    )
    op.create_table(
        "case_clocks",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "accept",
                "dispatch",
                "sign",
                "first_contact",
                "reply",
                "reply_review",
                "follow_up",
                "confirm",
                "supplement",
                "rework",
                "rating_contact",
                "rating_rectify",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("limit_n", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_s", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due_at >= started_at", name=op.f("ck_case_clocks_due_after_start")),
        sa.CheckConstraint(
            "stopped_at IS NULL OR stopped_at >= started_at",
            name=op.f("ck_case_clocks_stop_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_clocks_case"
        ),
        sa.PrimaryKeyConstraint("region_id", "case_id", "step", "n", name=op.f("pk_case_clocks")),
    )
    op.create_index(
        "ix_case_clocks_alarm",
        "case_clocks",
        ["alarm_at"],
        unique=False,
        postgresql_where=sa.text("stopped_at IS NULL AND alarm_at IS NOT NULL"),
        sqlite_where=sa.text("stopped_at IS NULL AND alarm_at IS NOT NULL"),
    )
    op.create_index(
        "ix_case_clocks_step",
        "case_clocks",
        ["region_id", "step", "department_id", "due_at"],
        unique=False,
    )
    op.create_index(
        "uq_case_clocks_running",
        "case_clocks",
        ["region_id", "case_id", "step"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
        sqlite_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "case_messages",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "public",
                "team",
                "supervisors",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "message",
                "note",
                "supplement_notice",
                "supplement",
                "reason",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "author_kind",
            sa.Enum(
                "complainant",
                "staff",
                "system",
                name="author_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_messages_case"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_messages_user_id")),
        sa.PrimaryKeyConstraint("region_id", "case_id", "seq", name=op.f("pk_case_messages")),
    )
    op.create_table(
        "contacts",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "first",
                "follow_up",
                "verify",
                "look_back",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "phone",
                "visit",
                "online",
                "mail",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column(
            "solved",
            sa.Enum(
                "yes",
                "part",
                "no",
                name="solved",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("result_score", sa.Integer(), nullable=True),
        sa.Column("attitude_score", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "attitude_score IS NULL OR attitude_score BETWEEN 1 AND 5",
            name=op.f("ck_contacts_attitude_score"),
        ),
        sa.CheckConstraint(
            "reached OR solved IS NULL", name=op.f("ck_contacts_unreached_says_nothing")
        ),
        sa.CheckConstraint(
            "result_score IS NULL OR result_score BETWEEN 1 AND 5",
            name=op.f("ck_contacts_result_score"),
        ),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_contacts_by_user_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_contacts_case"
        ),
        sa.PrimaryKeyConstraint("region_id", "case_id", "n", name=op.f("pk_contacts")),
    )
    op.create_index(
        op.f("ix_contacts_region_id_kind_at"), "contacts", ["region_id", "kind", "at"], unique=False
    )
    op.create_table(
        "replies",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "DONE",
                "PART",
                "EXPLAINED",
                "POLICY",
                "LEGACY",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "review",
            sa.Enum(
                "approved",
                "sent_back",
                "on_spot",
                name="review",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (review IS NULL)", name=op.f("ck_replies_review_has_time")
        ),
        sa.CheckConstraint(
            "reviewer_id IS NULL OR reviewer_id <> author_id",
            name=op.f("ck_replies_reviewed_by_another"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_replies_author_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_replies_case"
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name=op.f("fk_replies_reviewer_id")),
        sa.PrimaryKeyConstraint("region_id", "case_id", "n", name=op.f("pk_replies")),
    )
    op.create_index(
        op.f("ix_replies_region_id_author_id_submitted_at"),
        "replies",
        ["region_id", "author_id", "submitted_at"],
        unique=False,
    )
    op.create_table(
        "service_events",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_system", sa.String(length=32), nullable=False),
        sa.Column("project_no", sa.String(length=80), nullable=False),
        sa.Column("service_no", sa.String(length=32), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "hall",
                "api",
                "import",
                "counter",
                "case",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("item_version_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=True),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column(
            "party_kind",
            sa.Enum(
                "individual",
                "business",
                name="party_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(source = 'case') = (case_id IS NOT NULL)",
            name=op.f("ck_service_events_case_has_case"),
        ),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["users.id"], name=op.f("fk_service_events_clerk_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_service_events_department_id")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_service_events_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_service_events_item_id")),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_versions.id"],
            name=op.f("fk_service_events_item_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_service_events_case"
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_service_events_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_service_events_window_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_service_events")),
        sa.UniqueConstraint(
            "region_id",
            "source_system",
            "project_no",
            "service_no",
            name=op.f("uq_service_events_region_id_source_system_project_no_service_no"),
        ),
    )
    op.create_index(
        op.f("ix_service_events_region_id_department_id_on_day"),
        "service_events",
        ["region_id", "department_id", "on_day"],
        unique=False,
    )
    op.create_table(
        "rating_tokens",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_h", sa.LargeBinary(length=32), nullable=False),
        sa.Column("service_event_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "link",
                "sms",
                "qr",
                "kiosk",
                "web",
                "paper",
                "phone",
                "api",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["region_id", "service_event_id"],
            ["service_events.region_id", "service_events.id"],
            name="fk_rating_tokens_event",
        ),
        sa.PrimaryKeyConstraint("region_id", "token_h", name=op.f("pk_rating_tokens")),
    )
    op.create_index(
        op.f("ix_rating_tokens_region_id_service_event_id"),
        "rating_tokens",
        ["region_id", "service_event_id"],
        unique=False,
    )
    op.create_table(
        "ratings",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_event_id", sa.Uuid(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum(
                "link",
                "sms",
                "qr",
                "kiosk",
                "web",
                "paper",
                "phone",
                "api",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "identity_mode",
            sa.Enum(
                "real",
                "confidential",
                "anonymous",
                name="identity_mode",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("scored", sa.Boolean(), nullable=False),
        sa.Column("effective", sa.Boolean(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visible_on", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=True),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column(
            "party_kind",
            sa.Enum(
                "individual",
                "business",
                name="party_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_ratings_level")),
        sa.CheckConstraint("round BETWEEN 0 AND 2", name=op.f("ck_ratings_round")),
        sa.ForeignKeyConstraint(["clerk_id"], ["users.id"], name=op.f("fk_ratings_clerk_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_ratings_department_id")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_ratings_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_ratings_item_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_ratings_case"
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "service_event_id"],
            ["service_events.region_id", "service_events.id"],
            name="fk_ratings_event",
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_ratings_region_id")),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_ratings_window_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_ratings")),
        sa.UniqueConstraint(
            "region_id", "case_id", "round", name=op.f("uq_ratings_region_id_case_id_round")
        ),
        sa.UniqueConstraint(
            "region_id",
            "service_event_id",
            "round",
            name=op.f("uq_ratings_region_id_service_event_id_round"),
        ),
    )
    op.create_index(
        "ix_ratings_bad",
        "ratings",
        ["region_id", "given_at"],
        unique=False,
        postgresql_where=sa.text("level <= 2"),
        sqlite_where=sa.text("level <= 2"),
    )
    op.create_index(
        op.f("ix_ratings_region_id_department_id_given_at_id"),
        "ratings",
        ["region_id", "department_id", "given_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ratings_region_id_given_at_id"),
        "ratings",
        ["region_id", "given_at", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_ratings_region_id_given_at_id"), table_name="ratings")
    op.drop_index(op.f("ix_ratings_region_id_department_id_given_at_id"), table_name="ratings")
    op.drop_index(
        "ix_ratings_bad",
        table_name="ratings",
        postgresql_where=sa.text("level <= 2"),
        sqlite_where=sa.text("level <= 2"),
    )
    op.drop_table("ratings")
    op.drop_index(op.f("ix_rating_tokens_region_id_service_event_id"), table_name="rating_tokens")
    op.drop_table("rating_tokens")
    op.drop_index(
        op.f("ix_service_events_region_id_department_id_on_day"), table_name="service_events"
    )
    op.drop_table("service_events")
    op.drop_index(op.f("ix_replies_region_id_author_id_submitted_at"), table_name="replies")
    op.drop_table("replies")
    op.drop_index(op.f("ix_contacts_region_id_kind_at"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_table("case_messages")
    op.drop_index(
        "uq_case_clocks_running",
        table_name="case_clocks",
        postgresql_where=sa.text("stopped_at IS NULL"),
        sqlite_where=sa.text("stopped_at IS NULL"),
    )
    op.drop_index("ix_case_clocks_step", table_name="case_clocks")
    op.drop_index(
        "ix_case_clocks_alarm",
        table_name="case_clocks",
        postgresql_where=sa.text("stopped_at IS NULL AND alarm_at IS NOT NULL"),
        sqlite_where=sa.text("stopped_at IS NULL AND alarm_at IS NOT NULL"),
    )
    op.drop_table("case_clocks")
    op.drop_index(
        "ix_cases_repeat",
        table_name="cases",
        postgresql_where=sa.text("repeat_key IS NOT NULL"),
        sqlite_where=sa.text("repeat_key IS NOT NULL"),
    )
    op.drop_index(
        "ix_cases_parent",
        table_name="cases",
        postgresql_where=sa.text("parent_id IS NOT NULL"),
        sqlite_where=sa.text("parent_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_cases_open_mine",
        table_name="cases",
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )
    op.drop_index(
        "ix_cases_open_hall",
        table_name="cases",
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )
    op.drop_index(
        "ix_cases_open_dept",
        table_name="cases",
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )
    op.drop_index(
        "ix_cases_open",
        table_name="cases",
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )
    op.drop_index("ix_cases_item_cause", table_name="cases")
    op.drop_index("ix_cases_filed", table_name="cases")
    op.drop_index("ix_cases_closed", table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_item_versions_item_id_valid_from"), table_name="item_versions")
    op.drop_table("item_versions")
    op.drop_table("item_docs")
    op.drop_table("windows")
    op.drop_index(op.f("ix_items_department_id"), table_name="items")
    op.drop_table("items")
    op.drop_index(op.f("ix_user_sessions_user_id"), table_name="user_sessions")
    op.drop_table("user_sessions")
    op.drop_index(op.f("ix_sla_rules_region_id_step"), table_name="sla_rules")
    op.drop_table("sla_rules")
    op.drop_table("request_keys")
    op.drop_index(
        op.f("ix_parties_region_id_uscc_h"),
        table_name="parties",
        postgresql_where=sa.text("uscc_h IS NOT NULL"),
        sqlite_where=sa.text("uscc_h IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_parties_region_id_phone_h"),
        table_name="parties",
        postgresql_where=sa.text("phone_h IS NOT NULL"),
        sqlite_where=sa.text("phone_h IS NOT NULL"),
    )
    op.drop_table("parties")
    op.drop_index(op.f("ix_memberships_hall_id_role"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_department_id_role"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_table("halls")
    op.drop_index(op.f("ix_drafts_expires_at"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_table("departments")
    op.drop_table("calendar_days")
    op.drop_table("users")
    op.drop_index(op.f("ix_tallies_region_id_on_date"), table_name="tallies")
    op.drop_table("tallies")
    op.drop_table("search_docs")
    op.drop_table("regions")
    op.drop_index(
        op.f("ix_letters_not_before_id"),
        table_name="letters",
        postgresql_where=sa.text("posted_at IS NULL AND dead_at IS NULL"),
        sqlite_where=sa.text("posted_at IS NULL AND dead_at IS NULL"),
    )
    op.drop_table("letters")
    op.drop_index(
        op.f("ix_ledger_streams_region_id"),
        table_name="ledger_streams",
        postgresql_where=sa.text("sealed_seq < seq"),
        sqlite_where=sa.text("sealed_seq < seq"),
    )
    op.drop_table("ledger_streams")
    op.drop_table("ledger")
    op.drop_index(
        op.f("ix_jobs_run_at"),
        table_name="jobs",
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.drop_table("jobs")
    op.drop_table("heartbeats")
    op.drop_table("codes")
