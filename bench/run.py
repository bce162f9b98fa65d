"""`make bench`: the desk beside the floor, on PostgreSQL, as CPU milliseconds an operation."""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
import requests

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import clock, fill, people  # noqa: E402
from desk.kernel.clock import utc_now  # noqa: E402
from desk.kernel.crypto import KeyRing  # noqa: E402
from desk.kernel.db import db, transaction  # noqa: E402
from desk.ratings.actions.links import new_link  # noqa: E402
from desk.ratings.models import RatingChannel  # noqa: E402
from tests.conftest import private_postgres  # noqa: E402
from tests.ports import free_port  # noqa: E402

ROUNDS = 5
READS, WRITES = 40, 12
"""How often an operation is done in a round; searches are as few, for a person may do so many."""
PASSWORD = "bench-desk-2026"
DEEPEST = 400
WORKER_SECONDS = 10

Does = Callable[[int], None]
Each = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Operation:
    """Something people do at the desk, what the floor does for it, and the ratio aimed at."""

    name: str
    aim: float
    times: int
    desk: Does
    floor: Does


@dataclass(frozen=True, slots=True)
class Row:
    """What an operation cost, in CPU milliseconds, and as a multiple of the floor."""

    desk_ms: float
    floor_ms: float
    ratio: float
    aim: float


@dataclass(frozen=True, slots=True)
class Site:
    """Where a server answers, and which processes its work is charged to."""

    base: str
    pid: int


def main() -> None:
    """Fill a database, measure both in turns, print the table and keep the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=int, default=10_000)
    size = arguments.parse_args().size
    with private_postgres(fsync=True) as server:
        postmaster = postmaster_of(server)
        dsn = f"{server.rsplit('/', 1)[0]}/bench"
        psycopg.connect(server, autocommit=True).execute("CREATE DATABASE bench")
        environment = surroundings(dsn)
        for command in (["migrate"], ["demo", "--now", fill.NOW.isoformat()]):
            flask(*command, environment=environment)
        fill.enlarge(dsn, size)
        with desk(environment) as ours, floor(dsn, environment) as theirs:
            results = measure(dsn, environment, ours, theirs, postmaster)
            memory = {"web": round(clock.resident_mb(ours.pid), 1)}
        memory["worker"] = round(worker_mb(environment), 1)
    report(size, results, memory)


def worker_mb(environment: dict[str, str]) -> float:
    """Let a worker work for a while and give the memory it holds."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "desk", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        time.sleep(WORKER_SECONDS)
        return clock.resident_mb(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:  # what it does at this size takes longer; it is safe
            process.kill()


def surroundings(dsn: str) -> dict[str, str]:
    """Give the settings of the desk under test."""
    return os.environ | {
        "DESK_SECRET_KEY": "bench-secret-key-bench-secret-key-00",
        "DESK_INDEX_KEY": "bench-index-key-bench-index-key-0000",
        "DESK_DATA_KEYS": KeyRing.make_key("bench"),
        "DESK_DATABASE_URL": dsn,
        "DESK_DEMO": "1",
        "DESK_DEMO_PASSWORD": PASSWORD,
        "DESK_TRUSTED_PROXIES": "1",
        "PYTHONPATH": str(ROOT),
    }


def measure(
    dsn: str, environment: dict[str, str], ours: Site, theirs: Site, postmaster: int
) -> dict[str, Row]:
    """Give, for each operation, the CPU milliseconds of the desk and of the floor."""
    os.environ.update(environment)
    results = {}
    for one in operations(dsn, ours.base, theirs.base):
        one.desk(2)
        one.floor(2)
        spent: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for site, does, kept in ((ours, one.desk, spent[0]), (theirs, one.floor, spent[1])):
                before = clock.cpu_seconds(site.pid, postmaster)
                does(one.times)
                kept.append((clock.cpu_seconds(site.pid, postmaster) - before) * 1000 / one.times)
        least, most = statistics.median(spent[1]), statistics.median(spent[0])
        results[one.name] = Row(round(most, 2), round(least, 2), round(most / least, 2), one.aim)
        print(f"{one.name:34} {most:8.1f} {least:8.1f} {most / least:8.1f}", flush=True)
    return results


def operations(dsn: str, ours: str, theirs: str) -> list[Operation]:
    """Prepare what people do; whatever an operation uses up is made ready beforehand."""
    clerk = people.sign_in(ours, "clerk", PASSWORD)
    supervisor = people.sign_in(ours, "supervisor", PASSWORD)
    seekers = itertools.cycle((clerk, people.sign_in(ours, "clerk2", PASSWORD)))
    anybody = people.Browser(theirs)
    enough = 2 * (ROUNDS * WRITES + 2)
    ready = _filed(ours, enough)
    waiting, some = _numbers(dsn, enough)
    tokens = iter(_tokens(enough))
    deep, same_place = _deep(clerk, dsn)

    def reads(name: str, aim: float, path: str, same: str, who: people.Browser) -> Operation:
        does, least = _times(lambda: who.get(path)), _times(lambda: anybody.get(same))
        return Operation(name, aim, READS, does, least)

    def writes(name: str, aim: float, does: Each, least: Each) -> Operation:
        return Operation(name, aim, WRITES, _times(does), _times(least))

    return [
        writes(
            "file: the last page and sending", 2.5,
            lambda: _send(*ready.pop()), lambda: _floor_file(anybody),
        ),
        reads("queue, first page", 2.5, "/desk/queue?tab=all", "/queue", clerk),
        reads("queue, deep page", 2.5, deep, same_place, clerk),
        reads("queue, numbers of the tabs", 2.5, "/desk/queue/counts", "/counts", clerk),
        Operation(
            "one case with its timeline", 3, READS,
            _times(lambda: clerk.get(f"/desk/cases/{next(some)}")),
            _times(lambda: anybody.get(f"/case/{next(some)}")),
        ),
        writes(
            "a transition with a public text", 3,
            lambda: _ask(clerk, waiting.pop()), lambda: _floor_ask(anybody, waiting.pop()),
        ),
        writes(
            "search, two characters", 2,
            lambda: next(seekers).get("/desk/queue?q=材料"),
            lambda: anybody.get("/search?q=材料"),
        ),
        writes(
            "dashboard, current month", 3,
            lambda: (supervisor.get("/supervision/"), supervisor.get("/supervision/numbers")),
            lambda: anybody.get("/dashboard"),
        ),
        writes(
            "rate: link to thanks", 2.5,
            lambda: _rate(people.Browser(ours), next(tokens)),
            lambda: _rate(anybody, next(tokens)),
        ),
    ]  # fmt: skip


def _times(does: Each) -> Does:
    def run(n: int) -> None:
        for _ in range(n):
            does()

    return run


def _filed(ours: str, enough: int) -> list[tuple[people.Browser, str]]:
    """Send as many complaints as will be asked about, and give half as many ready to be sent."""
    ready = [people.file_until_check(ours) for _ in range(enough + enough // 2)]
    time.sleep(people.SECONDS_TO_READ)
    for browser, page in (ready.pop() for _ in range(enough)):
        browser.post("/complaints/new/check", page)
    return ready


def _send(browser: people.Browser, page: str) -> None:
    browser.get("/complaints/new/check")
    browser.post("/complaints/new/check", page)


def _floor_file(browser: people.Browser) -> None:
    browser.post("/file", browser.get("/file"), title="第三次补证明", story=people.STORY)


def _ask(browser: people.Browser, number: str) -> None:
    path = f"/desk/cases/{number}"
    page = browser.get(f"{path}?do=ask_supplement")
    browser.post(f"{path}/ask_supplement", page, text=people.STORY)


def _floor_ask(browser: people.Browser, number: str) -> None:
    path = f"/case/{number}/ask"
    browser.post(path, browser.get(path), text=people.STORY)


def _rate(browser: people.Browser, token: str) -> None:
    path = f"/rate/{token}"
    browser.post(path, browser.get(path), level="4")


def _numbers(dsn: str, enough: int) -> tuple[list[str], Iterator[str]]:
    """Give cases that wait at the window, and cases that are far along, round and round."""
    with psycopg.connect(dsn) as connection:
        waiting = connection.execute(
            "SELECT number FROM cases WHERE status = 'submitted' ORDER BY id DESC LIMIT %s",
            (enough,),
        ).fetchall()
        done = connection.execute(
            "SELECT number FROM cases WHERE status = 'closed' ORDER BY md5(number) LIMIT 500"
        ).fetchall()
    if len(waiting) < enough:
        raise SystemExit(f"{len(waiting)} cases wait, {enough} are needed: choose a larger size.")
    return [number for (number,) in waiting], itertools.cycle([number for (number,) in done])


def _tokens(n: int) -> list[str]:
    """Draw links for occasions that nobody has rated."""
    from sqlalchemy import exists, select  # noqa: PLC0415

    from desk.app import create_app  # noqa: PLC0415
    from desk.ratings.models import Rating, ServiceEvent  # noqa: PLC0415

    with create_app().app_context():
        rated = exists().where(
            Rating.region_id == ServiceEvent.region_id, Rating.service_event_id == ServiceEvent.id
        )
        events = db.session.execute(
            select(ServiceEvent.region_id, ServiceEvent.id).where(~rated).limit(n)
        ).all()
        with transaction():
            return [
                new_link(region, event, RatingChannel.LINK, now=utc_now())
                for region, event in events
            ]


def _deep(clerk: people.Browser, dsn: str) -> tuple[str, str]:
    """Turn to the 400th page, or the last one, and find the same place for the floor."""
    path, pages = "/desk/queue?tab=all", 0
    while pages < DEEPEST:
        page = clerk.get(path)
        links = [part.split('"', 1)[0] for part in page.split('rel="next" href="')[1:]]
        links += [
            part.split('"')[-2] for part in page.split('rel="next"')[:-1] if 'href="' in part[-300:]
        ]
        following = [link for link in links if "at=" in link]
        if not following:
            break
        path, pages = following[0].replace("&amp;", "&"), pages + 1
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT next_due_at, id FROM cases WHERE open ORDER BY next_due_at, id LIMIT %s",
            (max(1, pages * 25),),
        ).fetchall()
    at, key = row[-1]
    return path, requests.Request(
        "GET", "http://x/queue", params={"at": str(at), "id": key}
    ).prepare().path_url


@contextmanager
def desk(environment: dict[str, str]) -> Iterator[Site]:
    with _serving("wsgi:app", environment, "/healthz") as site:
        yield site


@contextmanager
def floor(dsn: str, environment: dict[str, str]) -> Iterator[Site]:
    with psycopg.connect(dsn) as connection:
        hall, region = connection.execute("SELECT id, region_id FROM halls LIMIT 1").fetchone() or (
            0,
            0,
        )
    facts = {"FLOOR_DSN": dsn, "FLOOR_HALL": str(hall), "FLOOR_REGION": str(region)}
    with _serving("bench.floor:app", environment | facts, "/dashboard") as site:
        yield site


@contextmanager
def _serving(target: str, environment: dict[str, str], path: str) -> Iterator[Site]:
    port = free_port()
    command = [
        sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "--threads=8",
        "--connection-limit=1000",        "--no-clear-untrusted-proxy-headers", target,
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base + path, process)
        yield Site(base, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer.")


def flask(*arguments: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "desk", *arguments]
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def postmaster_of(server: str) -> int:
    with psycopg.connect(server) as connection:
        row = connection.execute(
            "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"
        ).fetchone()
    return int(row[0]) if row else 0


def report(size: int, results: dict[str, Row], memory: dict[str, float]) -> None:
    """Print the table and keep it in `bench/results/`."""
    print(f"\n{size} cases; CPU milliseconds an operation, web and database together")
    print(f"{'':34}{'desk':>8}{'floor':>8}{'ratio':>8}{'aim':>8}")
    for name, row in results.items():
        print(f"{name:34}{row.desk_ms:8.1f}{row.floor_ms:8.1f}{row.ratio:8.1f}{row.aim:8.1f}")
    print("memory after the run: " + ", ".join(f"{who} {mb:.0f} MB" for who, mb in memory.items()))
    kept = ROOT / "bench" / "results" / f"{size}.json"
    rows = {name: asdict(row) for name, row in results.items()}
    told = {"size": size, "memory_mb": memory, "rows": rows}
    kept.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
