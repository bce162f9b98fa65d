"""Fifty thousand honest ratings with planted frauds: how many of each the detectors find.

`make simulate-fraud`; seeded, so that two runs print the same.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from desk.ratings.detectors.judging import flags
from desk.ratings.detectors.places import Asked, Silence, not_asked, quiet_kiosks
from desk.ratings.detectors.seen import Limits, Seen

HONEST, WINDOWS, DAYS, SEED = 50_000, 40, 30, 20261130
FIRST = datetime(2026, 10, 26, 16, 0, tzinfo=UTC)
"""Midnight of Tuesday 27 October 2026 in Shanghai."""
OPENS, CLOSES = timedelta(hours=9), timedelta(hours=17, minutes=30)
GRACE = timedelta(minutes=30)
CHANNELS = (("kiosk", 45), ("sms", 25), ("link", 12), ("qr", 10), ("api", 5), ("paper", 3))
SHORT = ("很好", "满意", "好", "服务态度好", "谢谢", "不错", "效率高", "very good", "点赞")
WHO = ("工作人员", "窗口的同志", "小姑娘", "办事员", "大姐", "师傅", "导办", "姑娘")
HOW = ("态度很好", "很耐心", "讲得清楚", "业务熟练", "非常热情", "帮我复印材料", "主动帮忙填表")
AND = ("办事效率高", "一次就办好了", "等的时间不长", "就是排队久了点", "比以前方便多了", "下次还来")
TAIL = ("", "谢谢", "给个好评", "希望保持", "辛苦了", "停车不太方便", "希望多开两个窗口")
RECALL, FALSE = 0.95, 0.01


@dataclass
class World:
    """Everything that was said and done, with what of it was planted."""

    rng: Random
    ratings: list[Seen] = field(default_factory=list)
    planted: dict[object, str] = field(default_factory=dict)
    silences: list[Silence] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    count: int = 0

    def add(self, seen: Seen, fraud: str | None = None) -> None:
        self.count += 1
        seen = replace(seen, key=self.count)
        self.ratings.append(seen)
        if fraud:
            self.planted[seen.key] = fraud


@dataclass(frozen=True)
class Found:
    """What came out: planted and found of each kind, and the honest that were held."""

    planted: Counter[str]
    found: Counter[str]
    honest: int
    held: int

    @property
    def worst(self) -> float:
        return min(self.found[kind] / n for kind, n in self.planted.items())

    @property
    def false(self) -> float:
        return self.held / self.honest


def days() -> list[datetime]:
    """List the midnights of the working days."""
    every = (FIRST + timedelta(days=n) for n in range(DAYS * 7 // 5 + 2))
    return [day for day in every if (day + timedelta(hours=8)).weekday() < 5][:DAYS]


def build(seed: int = SEED, n: int = HONEST, windows: int = WINDOWS) -> World:
    """Make a month of a district: honest people first, then what some do to the figures."""
    world = World(Random(seed))
    for seen in honest(world.rng, n, windows):
        world.add(seen)
    for plant in PLANTS:
        plant(world, windows)
    _kiosks(world, windows)
    _invitations(world, windows)
    world.rng.shuffle(world.ratings)
    return world


def honest(rng: Random, n: int, windows: int) -> Iterator[Seen]:
    best = {w: rng.betavariate(24, 8) for w in range(1, windows + 1)}
    poor = {w: rng.uniform(0.004, 0.04) for w in range(1, windows + 1)}
    pull = {w: rng.uniform(0.4, 1.9) for w in range(1, windows + 1)}
    busy = {day: (1.7 if (day + timedelta(hours=8)).weekday() == 0 else 1.0) for day in days()}
    people = [_person(rng, n) for n in range(max(n * 2 // 3, 1))]
    places = rng.choices(list(pull), list(pull.values()), k=n)
    dates = rng.choices(list(busy), list(busy.values()), k=n)
    for window, day in zip(places, dates, strict=True):
        level = _level(rng, best[window], poor[window])
        yield said(rng, window, day, level, rng.choice(people))
    for number in range(n // 5000):
        agent = (f"agent{number}".encode(), f"agent{number}".encode(), b"office%d" % number)
        for _ in range(rng.randint(2, 4)):
            yield said(rng, rng.randint(1, windows), rng.choice(days()), 5, agent)


def _person(rng: Random, n: int) -> tuple[bytes, bytes, bytes]:
    """Give a device, telephone and address; a third share a device at home."""
    home = n // 3 if rng.random() < 0.34 else n
    nat = rng.choice((b"mobile%d" % rng.randrange(60), b"home%d" % home))
    return b"device%d" % home, b"phone%d" % n, nat


def _level(rng: Random, best: float, poor: float) -> int:
    roll = rng.random()
    if roll < poor:
        return rng.choice((1, 2, 2))
    return 5 if roll < poor + best * (1 - poor) else rng.choice((3, 4, 4, 4))


def said(
    rng: Random,
    window: int,
    day: datetime,
    level: int,
    person: tuple[bytes, bytes, bytes],
    *,
    channel: str | None = None,
) -> Seen:
    """Let somebody be served at a believable hour and say how it was, some time after."""
    served = day + _hour(rng)
    way = channel or rng.choices(*zip(*CHANNELS, strict=True))[0]
    given = served + _delay(rng, way)
    late = timedelta(days=rng.uniform(0, 2)) if way == "paper" else timedelta(0)
    if way == "kiosk" and rng.random() < 0.01:
        late = timedelta(hours=rng.uniform(0, 60))
    if way == "kiosk":
        given += timedelta(seconds=rng.gauss(0, 2) if rng.random() < 0.1 else 0)
    device, phone, home = person
    on_wifi = way == "qr" and rng.random() < 0.5
    alone = way in {"sms", "link", "qr"}
    return Seen(
        key=0,
        window=window,
        level=level,
        channel=way,
        given_at=given,
        received_at=given + late,
        served_at=served,
        device=device if alone else None,
        phone=phone if way != "qr" else None,
        address=((b"hall%d" % (window % 4)) if on_wifi else home) if alone else None,
        text=_text(rng) if rng.random() < 0.15 else None,
        closes_at=day + CLOSES,
        is_open=OPENS - GRACE <= given - day <= CLOSES + GRACE,
    )


def _hour(rng: Random) -> timedelta:
    morning = rng.random() < 0.55
    if morning:
        return timedelta(hours=rng.triangular(9.05, 12.0, 10.2))
    return timedelta(hours=rng.triangular(13.5, 17.4, 15.2))


def _delay(rng: Random, way: str) -> timedelta:
    if way in {"kiosk", "api"}:
        return timedelta(seconds=2 + rng.lognormvariate(2.5, 0.6))
    if way == "qr":
        return timedelta(seconds=25 + rng.lognormvariate(4, 0.8))
    return timedelta(seconds=15 + rng.lognormvariate(8, 1.2))


def _text(rng: Random) -> str:
    if rng.random() < 0.6:
        return rng.choice(SHORT)
    parts = [rng.choice(WHO) + rng.choice(HOW), rng.choice(AND), rng.choice(TAIL)]
    return "，".join(part for part in parts if part) + rng.choice(("", "。", "！"))


def _too_fast(world: World, windows: int) -> None:
    """Plant a clerk who taps the screen, or opens the link, before anybody can have."""
    rng = world.rng
    for _ in range(220):
        seen = said(rng, rng.randint(1, windows), rng.choice(days()), 5, _stranger(rng))
        fast = (
            rng.triangular(0, 3.2, 1)
            if seen.channel in {"kiosk", "api"}
            else rng.triangular(1, 21, 7)
        )
        if seen.channel != "paper":
            given = (seen.served_at or seen.given_at) + timedelta(seconds=fast)
            world.add(replace(seen, given_at=given, received_at=given, is_open=True), "too fast")


def _one_origin(world: World, windows: int) -> None:
    """Plant fives from one device, one telephone, one address: a friend, an office, a script."""
    rng = world.rng
    for number in range(18):
        window, day = rng.randint(1, windows), rng.choice(days())
        same = number % 3
        least = (4, 6, 11)[same]
        for _ in range(rng.randint(least, least * 5)):
            person = list(_stranger(rng))
            person[same] = b"one%d" % number
            seen = said(rng, window, day, 5, (person[0], person[1], person[2]), channel="sms")
            given = day + timedelta(hours=rng.uniform(10, 22))
            world.add(
                replace(seen, given_at=given, received_at=given, served_at=given - GRACE * 2),
                "one device, telephone, address",
            )


def _closing(world: World, windows: int) -> None:
    """Plant heaps of fives in the last minutes of a day."""
    rng = world.rng
    for _ in range(20):
        window, day = rng.randint(1, windows), rng.choice(days())
        for _ in range(rng.randint(8, 26)):
            seen = said(rng, window, day, 5, _stranger(rng), channel="kiosk")
            given = day + CLOSES - timedelta(minutes=rng.uniform(1, 18))
            world.add(
                replace(
                    seen,
                    given_at=given,
                    received_at=given,
                    served_at=given - timedelta(minutes=rng.uniform(1, 40)),
                ),
                "closing time",
            )


def _run(world: World, windows: int) -> None:
    """Plant two windows where nothing but a five comes through for weeks."""
    rng = world.rng
    for window in (windows + 1, windows + 2):
        for _ in range(rng.randint(240, 420)):
            level = 4 if rng.random() < 0.002 else 5
            seen = said(rng, window, rng.choice(days()), level, _stranger(rng))
            world.add(seen, "long run")


def _same_text(world: World, windows: int) -> None:
    """Plant praise that somebody wrote once and had sent many times, dots and spaces changed."""
    rng = world.rng
    for number in range(16):
        window, start = rng.randint(1, windows), rng.randrange(DAYS - 5)
        text = f"{rng.choice(WHO)}服务周到细致，{rng.choice(AND)}，五星好评{number}"
        for _ in range(rng.randint(5, 20)):
            day = days()[start + rng.randrange(5)]
            seen = said(rng, window, day, 5, _stranger(rng))
            written = text.replace("，", rng.choice("，, ")) + rng.choice(("", "！", "。", " "))
            if rng.random() < 0.02:
                written = f"今天{written}"
            world.add(replace(seen, text=written), "equal texts")


def _back_dated(world: World, windows: int) -> None:
    """Plant ratings made up at the end of the month for days that are long over."""
    rng = world.rng
    end = days()[-1] + timedelta(hours=20)
    for _ in range(160):
        seen = said(rng, rng.randint(1, windows), rng.choice(days()[:-9]), 5, _stranger(rng))
        if rng.random() < 0.3:
            given = (seen.served_at or seen.given_at) - timedelta(
                minutes=rng.triangular(4, 600, 60)
            )
            world.add(replace(seen, given_at=given, received_at=given), "back-dated")
        else:
            world.add(replace(seen, received_at=end), "back-dated")


def _misfit(world: World, windows: int) -> None:
    """Plant kiosks that rate at night or for another window, and links nobody drew."""
    rng = world.rng
    for number in range(180):
        day, person = rng.choice(days()), _stranger(rng)
        seen = said(
            rng,
            rng.randint(1, windows),
            day,
            5,
            person,
            channel=("kiosk", "kiosk", "sms")[number % 3],
        )
        if number % 3 == 0:
            night = day + timedelta(hours=rng.uniform(18.5, 23))
            seen = replace(seen, given_at=night, received_at=night, is_open=False)
        elif number % 3 == 1:
            seen = replace(seen, fits_window=False)
        else:
            seen = replace(seen, was_invited=False)
        world.add(seen, "wrong channel")


def _stranger(rng: Random) -> tuple[bytes, bytes, bytes]:
    n = rng.randrange(10**9)
    return b"d%d" % n, b"p%d" % n, b"a%d" % n


PLANTS: tuple[Callable[[World, int], None], ...] = (
    _too_fast,
    _one_origin,
    _closing,
    _run,
    _same_text,
    _back_dated,
    _misfit,
)


def _kiosks(world: World, windows: int) -> None:
    """Let every kiosk lose its network for minutes and sleep at night; unplug some."""
    rng = world.rng
    for window in range(1, windows + 1):
        unplugged = window % 4 == 0
        for day in rng.sample(days(), 8):
            hours = ((day + OPENS, day + CLOSES),)
            since = day + timedelta(hours=rng.uniform(9.2, 15))
            minutes = rng.uniform(12, 120) if unplugged else rng.uniform(1, 8)
            world.silences += [
                Silence(window, since, since + timedelta(minutes=minutes), hours),
                Silence(window, day + CLOSES, day + OPENS + timedelta(days=1), hours),
            ]
        if unplugged:
            world.planted["kiosk", window] = "kiosk unplugged"


def _invitations(world: World, windows: int) -> None:
    """Let some windows send the link to those only who looked content."""
    rng = world.rng
    for window in range(1, windows + 1):
        picks = window % 5 == 0
        could = rng.randint(60, 900)
        share = rng.uniform(0.45, 0.86) if picks else rng.uniform(0.94, 1)
        were = sum(rng.random() < share for _ in range(could))
        world.asked.append(Asked(window, could, were))
        if picks:
            world.planted["asked", window] = "links not sent"


def judge(world: World, limits: Limits | None = None) -> Found:
    """Run every detector, and count what of the planted and of the honest it holds."""
    limits = limits or Limits()
    held: set[object] = {flag.key for flag in flags(world.ratings, limits)}
    held |= {("kiosk", found.place) for found in quiet_kiosks(world.silences, limits)}
    held |= {("asked", found.place) for found in not_asked(world.asked, limits)}
    planted = Counter(world.planted.values())
    found = Counter(kind for key, kind in world.planted.items() if key in held)
    things = [seen.key for seen in world.ratings]
    things += [("asked", asked.place) for asked in world.asked]
    things += list({("kiosk", silence.kiosk): None for silence in world.silences})
    honest = [key for key in things if key not in world.planted]
    return Found(planted, found, len(honest), sum(key in held for key in honest))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--honest", type=int, default=HONEST)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    world = build(asked.seed, asked.honest)
    result = judge(world)
    print(f"{'planted fraud':34}{'planted':>8}{'found':>8}{'recall':>9}")
    for kind, n in result.planted.items():
        print(f"{kind:34}{n:>8}{result.found[kind]:>8}{result.found[kind] / n:>9.1%}")
    total, found = result.planted.total(), result.found.total()
    print(f"{'all':34}{total:>8}{found:>8}{found / total:>9.1%}")
    print(f"honest: {result.honest:,}, held: {result.held:,} ({result.false:.2%})")
    rules = Counter(
        flag.rule.value for flag in flags(world.ratings, Limits()) if flag.key not in world.planted
    )
    print("held among the honest, by rule:", dict(sorted(rules.items())))
    sys.exit(0 if result.worst >= RECALL and result.false <= FALSE else 1)


if __name__ == "__main__":
    main()
