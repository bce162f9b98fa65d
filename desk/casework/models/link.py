"""Which cases have to do with one another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.words import LinkKind
from desk.kernel.db import Model, one_of


class CaseLink(Model):
    """A link from one case to another, read from both; the other may lie in another region."""

    __tablename__ = "case_links"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_links_case"
        ),
        Index(None, "region_id", "to_number"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[LinkKind] = mapped_column(one_of(LinkKind, "kind"), primary_key=True)
    to_number: Mapped[str] = mapped_column(String(24), primary_key=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    linked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    linked_at: Mapped[datetime]
