"""One narrow table of sums: leaves only, no totals, no hot rows."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model


class Tally(Model):
    """How many, and the sum of what. "No dimension" is 0, never NULL.

    Grain `d` is a day without item, grain `m` the first day of a month with item. Whoever adds
    alone adds coarse grains: of department only, `u` a day and `t` the first day of a month; of
    item only, `i` the first day of a month.
    """

    __tablename__ = "tallies"
    __table_args__ = (
        CheckConstraint("grain IN ('d', 'm', 'u', 't', 'i')", "grain"),
        Index(None, "region_id", "on_date"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    grain: Mapped[str] = mapped_column(String(1), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hall_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    window_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    party_kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
