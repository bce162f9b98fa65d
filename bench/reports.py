"""What a register of many cases costs in memory: `python bench/reports.py 100000`.

A district with so many cases is made on SQLite, and the worker's own function writes its register
twice, masked and with names; the memory of the process is read before and after.
"""

import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, select  # noqa: E402

from desk.access.permissions import Role  # noqa: E402
from desk.casework.models import Case  # noqa: E402
from desk.kernel.db import db, end_read, transaction  # noqa: E402
from desk.kernel.ids import uuid7  # noqa: E402
from desk.supervision.reports.register import Register, write_register  # noqa: E402
from tests import make  # noqa: E402
from tests.conftest import _migrate, running_app  # noqa: E402

CHUNK = 2000
START = datetime(2026, 1, 5, 1, tzinfo=UTC)


def main() -> int:
    """Make the district, write the registers, print what they cost."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.sqlite"
        _migrate(f"sqlite:///{path}")
        with running_app(f"sqlite:///{path}", storage_url=f"file:{folder}/files"):
            actor = furnish(rows)
            for names in (False, True):
                register = Register(
                    actor, START - timedelta(days=9), START + timedelta(days=900), 0, names,
                    "zh_Hans", "Asia/Shanghai", {},
                )  # fmt: skip
                out = Path(folder) / f"{names}.xlsx"
                before, started = memory(), time.monotonic()
                n = write_register(out, register, title="台账", mark="bench", progress=quiet)
                took = time.monotonic() - started
                size = out.stat().st_size // 1024 // 1024
                words = "with names" if names else "masked"
                print(
                    f"{words}: {n} rows in {took:.0f} s, {size} MB on disk,"
                    f" {peak() - before:.0f} MB above {before:.0f} MB"
                )
    return 0


def furnish(rows: int):  # type: ignore[no-untyped-def]
    """Make a hall with so many cases, all of one party."""
    region = make.region()
    hall, department = make.hall(region.id), make.department(region.id)
    actor = make.actor(Role.SUPERVISOR, region.id)
    receipt = make.case(region.id, hall.id, START)
    end_read()
    table = Case.__table__
    row = db.session.execute(select(*table.c).where(table.c.id == receipt.case.id)).mappings().one()
    kept = dict(row)
    for first in range(1, rows, CHUNK):
        cases = []
        for n in range(first, min(first + CHUNK, rows)):
            at = START + timedelta(minutes=n)
            cases.append(kept | {
                "id": uuid7(at), "number": f"XZ-{n:06d}-{n % 10}", "filed_at": at,
                "department_id": department.id, "party_id": kept["party_id"],
                "promised_on": date(2026, 1, 12),
            })  # fmt: skip
        with transaction():
            db.session.execute(insert(table), cases)
    return actor


def memory() -> float:
    """Read the memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def peak() -> float:
    """Read the most memory this process ever had, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return memory()


def quiet(_n: int) -> None:
    """Tell nobody how far it is."""


if __name__ == "__main__":
    raise SystemExit(main())
