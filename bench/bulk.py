"""`make bench-bulk`: services and ratings through the API, beside raw COPY of the same rows."""

import argparse
import itertools
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import requests

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import clock, run  # noqa: E402
from tests.conftest import private_postgres  # noqa: E402

BODY = 25_000
WRITERS = 8
SINGLES = 24
DEPARTMENTS, WINDOWS, ITEMS = 20, 100, 200
SEED = 7
DAYS = 28
NDJSON = "application/x-ndjson"
FOUND = """
    SELECT deadlocks, (SELECT count(*) FROM service_events),
           (SELECT sum(n) FROM tallies WHERE measure = 'event' AND grain = 'd'),
           (SELECT count(*) FROM ratings)
    FROM pg_stat_database WHERE datname = current_database()
"""
COLUMNS = (
    "region_id, id, source_system, project_no, service_no, source, item_id, item_version_id,"
    " department_id, hall_id, window_id, party_kind, occurred_at, on_day, is_test, historic"
)


@dataclass(frozen=True, slots=True)
class Town:
    """Where everything happens, by code and by id."""

    token: str
    region: int
    hall: tuple[str, int]
    windows: list[tuple[str, int, int]]
    items: list[tuple[str, int, int]]
    now: datetime


def main() -> None:
    """Load what was asked for, print the rates, and what they are of raw COPY."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=100_000)
    arguments.add_argument("--ratings", type=int, default=60_000)
    arguments.add_argument("--server", help="A PostgreSQL to use; else a private one is started.")
    given = arguments.parse_args()
    if given.server:
        measure(given.server, given.events, given.ratings)
        return
    with private_postgres(fsync=True) as server:
        measure(server, given.events, given.ratings)


def measure(server: str, events: int, ratings: int) -> None:
    """Make a database, measure in it, and drop it again."""
    name = f"bench_bulk_{int(time.time())}"
    dsn = f"{server.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        environment = run.surroundings(dsn)
        run.flask("migrate", environment=environment)
        town = _town(environment)
        with run.desk(environment) as one, run.desk(environment) as other:
            _measure(dsn, town, events, ratings, (one, other), run.postmaster_of(server))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _measure(
    dsn: str, town: Town, events: int, ratings: int, sites: tuple[Any, Any], postmaster: int
) -> None:
    print(f"{'':28}{'rows/s':>10}{'rows/CPU second':>16}")
    meter = Meter((postmaster,))
    some = min(events, 200_000)
    meter.take("COPY, no keys", some, lambda: _copy(dsn, town, some, "bare"))
    base = meter.take("COPY, the keys of the table", some, lambda: _copy(dsn, town, some, "keyed"))
    meter = Meter((postmaster, sites[0].pid, sites[1].pid), base)
    path = f"{sites[0].base}/api/v1/service-events"
    told = _bodies(town, events, "e")
    meter.take("events, one writer", events, lambda: sum(_post(path, town, b) for b in told))
    memory = clock.resident_mb(sites[0].pid)
    again = list(itertools.islice(_bodies(town, events, "e"), 2))
    rows = min(events, 2 * BODY)
    meter.take("known ones, one writer", rows, lambda: sum(_post(path, town, b) for b in again))
    path = f"{sites[0].base}/api/v1/ratings"
    said = _ratings(town, ratings, events)
    meter.take("ratings, one writer", ratings, lambda: sum(_post(path, town, b) for b in said))
    more = min(events // 5, 40_000) // WRITERS * WRITERS
    meter.take("events, eight writers", more, lambda: _eight(town, more, sites))
    meter.take("events singly, one writer", SINGLES, lambda: _singles(town, sites, 1))
    meter.take("events singly, eight", SINGLES * WRITERS, lambda: _singles(town, sites, WRITERS))
    print(f"memory of a web process {memory:.0f} MB, then {clock.resident_mb(sites[0].pid):.0f} MB")
    with psycopg.connect(dsn) as connection:
        print(
            "deadlocks {}, events {:,}, in the sums {:,}, ratings {:,}".format(
                *(connection.execute(FOUND).fetchone() or ())
            )
        )


@dataclass(slots=True)
class Meter:
    """Wall time and CPU seconds of everything that works on a task, database included."""

    pids: tuple[int, ...]
    base: float = 0.0

    def take(self, what: str, rows: int, work: Callable[[], float]) -> float:
        """Do some work, print what a row of it costs, and give rows for each CPU second."""
        before = clock.cpu_seconds(*self.pids)
        wall = work()
        rate = rows / (clock.cpu_seconds(*self.pids) - before)
        share = f"{100 * rate / self.base:6.1f} % of COPY" if self.base else ""
        print(f"{what:28}{rows / wall:10,.0f}{rate:16,.0f}  {share}", flush=True)
        return rate


def _town(environment: dict[str, str]) -> Town:
    os.environ.update(environment)
    from desk.access.actors import SYSTEM  # noqa: PLC0415
    from desk.access.scopes import ApiScope  # noqa: PLC0415
    from desk.api.actions import create_client  # noqa: PLC0415
    from desk.app import create_app  # noqa: PLC0415
    from desk.kernel.clock import utc_now  # noqa: PLC0415
    from desk.kernel.db import db, transaction  # noqa: PLC0415
    from tests import make  # noqa: PLC0415

    with create_app().app_context():
        region = make.region()
        hall = make.hall(region.id)
        units = [make.department(region.id).id for _ in range(DEPARTMENTS)]
        windows = [make.window(hall.id, units[n % DEPARTMENTS]) for n in range(WINDOWS)]
        items = [make.item(region.id, units[n % DEPARTMENTS]) for n in range(ITEMS)]
        with transaction():
            _client, token = create_client(
                region, "bench", "bench", list(ApiScope),
                granted_by="a", confirmed_by="b", by=SYSTEM, now=utc_now(),
            )  # fmt: skip
        town = Town(
            token,
            region.id,
            (hall.code, hall.id),
            [(w.code, w.id, w.department_id or 0) for w in windows],
            [(i.code, i.id, i.department_id) for i in items],
            datetime.now(UTC).replace(microsecond=0),  # noqa: TID251
        )
        db.session.remove()
        db.engine.dispose()
        return town


def _told(
    town: Town, n: int, of: int, mark: str, rng: random.Random
) -> tuple[str, datetime, int, int]:
    """Make the n-th of so many services: in order of time, each item at a window of its unit."""
    at = town.now - timedelta(seconds=(of - n) / of * DAYS * 86_400 + 3_600)
    item = rng.randrange(ITEMS)
    window = rng.randrange(WINDOWS // DEPARTMENTS) * DEPARTMENTS + item % DEPARTMENTS
    return f"{mark}{n:08d}", at, window, item


def _bodies(town: Town, rows: int, mark: str) -> Iterator[bytes]:
    rng = random.Random(SEED)
    for first in range(0, rows, BODY):
        lines = []
        for n in range(first, min(first + BODY, rows)):
            number, at, window, item = _told(town, n, rows, mark, rng)
            party = "business" if n % 4 == 0 else "individual"
            lines.append(
                f'{{"project_no":"{number}","service_no":"1","occurred_at":"{at.isoformat()}",'
                f'"hall":"{town.hall[0]}","window":"{town.windows[window][0]}",'
                f'"item":"{town.items[item][0]}","party_kind":"{party}"}}'
            )
        yield "\n".join(lines).encode()


def _ratings(town: Town, rows: int, of: int) -> Iterator[bytes]:
    rng = random.Random(SEED)
    levels = random.Random(SEED + 1)
    for first in range(0, rows, BODY):
        lines = []
        for n in range(first, min(first + BODY, rows)):
            number, at, _window, _item = _told(town, n, of, "e", rng)
            level = 2 if n % 1000 < 3 else levels.choices((3, 4, 5), (4, 21, 75))[0]
            given = (at + timedelta(minutes=20)).isoformat()
            lines.append(
                f'{{"project_no":"{number}","service_no":"1","level":{level},'
                f'"given_at":"{given}","channel":"sms"}}'
            )
        yield "\n".join(lines).encode()


def _post(path: str, town: Town, body: bytes) -> float:
    headers = {"Authorization": f"Bearer {town.token}", "Content-Type": NDJSON}
    before = time.perf_counter()
    answer = requests.post(path, data=body, headers=headers, timeout=600)
    spent = time.perf_counter() - before
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code} {answer.text[:400]}")
    return spent


def _copy(dsn: str, town: Town, rows: int, kind: str) -> float:
    """Write the same rows with COPY and nothing else, then take them back."""
    from desk.kernel.ids import uuid7  # noqa: PLC0415

    rng = random.Random(SEED)
    lines = []
    for n in range(rows):
        number, at, window, item = _told(town, n, rows, "c", rng)
        _code, item_id, unit = town.items[item]
        lines.append(
            f"{town.region}\t{uuid7(at)}\tcopy\t{number}\t1\tapi\t{item_id}\t\\N\t{unit}\t"
            f"{town.hall[1]}\t{town.windows[window][1]}\tindividual\t{at.isoformat()}\t"
            f"{at.date()}\tf\tf\n"
        )
    blocks = ["".join(lines[first : first + 1000]) for first in range(0, rows, 1000)]
    with psycopg.connect(dsn) as connection:
        table = "service_events"
        if kind == "bare":
            connection.execute("CREATE TABLE bare (LIKE service_events)")
            table = "bare"
        before = time.perf_counter()
        with connection.cursor().copy(f"COPY {table} ({COLUMNS}) FROM STDIN") as copy:
            for block in blocks:
                copy.write(block)
        spent = time.perf_counter() - before
        connection.rollback()
    return spent


def _eight(town: Town, rows: int, sites: tuple[Any, Any]) -> float:
    """Let eight write at once, all into the same days, departments and windows."""
    each = rows // WRITERS
    paths = itertools.cycle(f"{site.base}/api/v1/service-events" for site in sites)

    def write(path: str, bodies: list[bytes]) -> None:
        for body in bodies:
            _post(path, town, body)

    work = [list(_bodies(town, each, f"w{n}-")) for n in range(WRITERS)]
    return _together([(write, (next(paths), bodies)) for bodies in work])


def _singles(town: Town, sites: tuple[Any, Any], writers: int) -> float:
    """Tell services one by one: what writers wait for at each other would show here."""
    paths = [f"{site.base}/api/v1/service-events" for site in sites]

    def write(mark: str, path: str) -> None:
        rng = random.Random(SEED)
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {town.token}"
            for n in range(SINGLES):
                number, at, window, item = _told(town, n, SINGLES, mark, rng)
                told = {
                    "project_no": number, "service_no": "1", "occurred_at": at.isoformat(),
                    "hall": town.hall[0], "window": town.windows[window][0],
                    "item": town.items[item][0],
                }  # fmt: skip
                answer = session.post(path, json=told, timeout=60)
                if answer.status_code != 201:
                    raise SystemExit(f"{answer.status_code} {answer.text[:400]}")

    work = [(write, (f"s{writers}-{n}-", paths[n % 2])) for n in range(writers)]
    return _together(work)


def _together(work: list[tuple[Any, tuple[Any, ...]]]) -> float:
    threads = [threading.Thread(target=target, args=args) for target, args in work]
    before = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - before


if __name__ == "__main__":
    main()
