"""`make bench-scale`: what supervisors and the public read, at two sizes of the same district.

The work of a page of figures should not grow with what it counts. Each page is read at both
sizes beside the floor; what is told is CPU milliseconds of web process and database together.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import clock, fill, people, run  # noqa: E402
from tests.conftest import private_postgres  # noqa: E402

ROUNDS, READS = 5, 12
FILLED_TABLES = ("ratings", "service_events", "facts", "search_docs", "search_grams")
QUICKLY = "?options=-c%20session_replication_role%3Dreplica%20-c%20maintenance_work_mem%3D1GB"


@dataclass(frozen=True, slots=True)
class Read:
    """A page, who opens it, and what the floor reads for it."""

    name: str
    path: str
    who: str = "supervisor"
    same: str = "/dashboard"


PAGES = (
    Read("overview, frame", "/supervision/"),
    Read("overview, numbers", "/supervision/numbers"),
    Read("ratings of a month, list", "/supervision/ratings"),
    Read("ratings queue", "/supervision/ratings/queue"),
    Read("late page", "/supervision/late"),
    Read("audits", "/supervision/quality"),
    Read("board, month", "/board", who=""),
    Read("board, year", "/board/years/2026", who=""),
    Read("board as JSON", "/board.json", who=""),
    Read("catalogue", "/items", who=""),
    Read("queue, first page", "/desk/queue?tab=all", who="clerk", same="/queue"),
)


def main() -> None:
    """Fill to the small size and measure, fill on to the large size and measure again."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--small", type=int, default=10_000)
    arguments.add_argument("--large", type=int, default=1_000_000)
    given = arguments.parse_args()
    with private_postgres(fsync=True) as server:
        postmaster = run.postmaster_of(server)
        dsn = f"{server.rsplit('/', 1)[0]}/bench"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
            connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
            connection.execute("ALTER SYSTEM SET synchronous_commit = off")
            connection.execute("SELECT pg_reload_conf()")
        environment = run.surroundings(dsn)
        for command in (["migrate"], ["demo", "--now", fill.NOW.isoformat()]):
            run.flask(*command, environment=environment)
        told = {}
        for size in (given.small, given.large):
            began = time.monotonic()
            with without_indexes(dsn):
                fill.enlarge(dsn + QUICKLY, size, ledger=False)
            print(f"filled to {size} cases in {time.monotonic() - began:.0f} s", flush=True)
            told[size] = {"rows": rows(dsn), "pages": measure(dsn, environment, postmaster)}
            keep(told)
    report(told)


@contextmanager
def without_indexes(dsn: str) -> Iterator[None]:
    """Take away what only slows the filling down, and build it again afterwards."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint WHERE conname = indexname)",
            (list(FILLED_TABLES),),
        ).fetchall()
        for name, _definition in found:
            connection.execute(f'DROP INDEX "{name}"')
        yield
        connection.execute("SET maintenance_work_mem = '1GB'")
        for _name, definition in found:
            connection.execute(definition)
        connection.execute("VACUUM ANALYZE")


def rows(dsn: str) -> dict[str, int]:
    """Count what was filled in, and the sums that the pages read instead."""
    with psycopg.connect(dsn) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]
            for table in ("cases", "ratings", "service_events", "facts", "tallies")
        }


def measure(dsn: str, environment: dict[str, str], postmaster: int) -> dict[str, dict[str, float]]:
    """Give milliseconds of desk and floor for each page, the median of the rounds."""
    results = {}
    with run.desk(environment) as ours, run.floor(dsn, environment) as theirs:
        readers = {
            name: people.sign_in(ours.base, name, run.PASSWORD) for name in ("supervisor", "clerk")
        } | {"": people.Browser(ours.base)}
        anybody = people.Browser(theirs.base)
        for page in PAGES:
            browser, spent = readers[page.who], {"desk": [], "floor": []}
            browser.get(page.path), anybody.get(page.same)
            for _ in range(ROUNDS):
                for side, site, reads, path in (
                    ("desk", ours, browser, page.path), ("floor", theirs, anybody, page.same),
                ):  # fmt: skip
                    before = clock.cpu_seconds(site.pid, postmaster)
                    for _n in range(READS):
                        reads.get(path)
                    used = clock.cpu_seconds(site.pid, postmaster) - before
                    spent[side].append(used * 1000 / READS)
            one = {side: round(statistics.median(kept), 2) for side, kept in spent.items()}
            results[page.name] = one
            print(f"{page.name:28} {one['desk']:8.1f} {one['floor']:8.1f}", flush=True)
        results["memory of the web process, MB"] = {"desk": round(clock.resident_mb(ours.pid), 1)}
    return results


def keep(told: dict[int, dict[str, object]]) -> None:
    """Leave the figures in `bench/results/scale.json`."""
    kept = ROOT / "bench" / "results" / "scale.json"
    kept.write_text(json.dumps(told, indent=2) + "\n")


def report(told: dict[int, dict[str, dict[str, dict[str, float]]]]) -> None:
    """Print both sizes side by side."""
    small, large = (told[size]["pages"] for size in sorted(told))
    print(f"\n{'':28}{'small':>8}{'large':>8}{'growth':>8}{'floor':>8}{'ratio':>8}")
    for page in PAGES:
        before, after, least = small[page.name]["desk"], large[page.name]["desk"], large[page.name]
        print(
            f"{page.name:28}{before:8.1f}{after:8.1f}{after / before:8.2f}"
            f"{least['floor']:8.1f}{after / least['floor']:8.1f}"
        )


if __name__ == "__main__":
    main()
