"""The searchable text of a case, as bigrams."""

from uuid import UUID

from sqlalchemy import BigInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model


class SearchDoc(Model):
    """What a case is found by. `text` is kept for the recheck, the index holds only bigrams.

    The index itself (FTS5 by `doc_no` on SQLite, tsvector with GIN on PostgreSQL) is made by the
    migration and written beside this row.
    """

    __tablename__ = "search_docs"
    __table_args__ = (UniqueConstraint("region_id", "doc_no"),)

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    doc_no: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
