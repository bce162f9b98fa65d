"""What the detectors hold, each at its limit, and what they leave in peace."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import fraud
from desk.ratings.detectors.crowding import bursts, many_of_one
from desk.ratings.detectors.fitting import misfits
from desk.ratings.detectors.judging import ALL, flags
from desk.ratings.detectors.places import Asked, Finding, Silence, not_asked, quiet_kiosks
from desk.ratings.detectors.runs import long_runs, longest_by_luck
from desk.ratings.detectors.seen import Flag, Limits, Rule, Seen
from desk.ratings.detectors.texts import bare_text, same_text
from desk.ratings.detectors.timing import back_dated, too_fast
from tests.make import MONDAY

LIMITS = Limits()
CLOSES = MONDAY + timedelta(hours=7, minutes=30)


def rating(key: int = 1, *, after: float = 600, **said: object) -> Seen:
    """Let somebody rate a link ten minutes after their service at window 1, four stars."""
    given = MONDAY + timedelta(seconds=after)
    made = Seen(
        key=key,
        window=1,
        level=4,
        channel="link",
        given_at=given,
        received_at=given,
        served_at=MONDAY,
        closes_at=CLOSES,
    )
    return replace(made, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("channel", "after", "held"),
    [
        ("link", 19, True), ("link", 20, False), ("sms", 0, True), ("sms", 86_400, False),
        ("kiosk", 2, True), ("kiosk", 3, False), ("api", 2, True), ("paper", 2, False),
    ],
)  # fmt: skip
def test_nobody_answers_before_they_can_have_read_the_question(
    channel: str, after: float, held: bool
) -> None:
    found = list(too_fast([rating(after=after, channel=channel)], LIMITS))
    assert found == ([Flag(1, Rule.TOO_FAST, int(after))] if held else [])


def test_without_a_time_of_service_nothing_is_too_fast() -> None:
    assert list(too_fast([rating(after=1, served_at=None)], LIMITS)) == []


@pytest.mark.parametrize(
    ("channel", "late", "held"),
    [
        ("link", timedelta(minutes=4), False), ("link", timedelta(minutes=6), True),
        ("kiosk", timedelta(days=6), False), ("kiosk", timedelta(days=8), True),
        ("kiosk", timedelta(minutes=-1), False), ("kiosk", timedelta(minutes=-3), True),
        ("paper", timedelta(days=3), False),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_is_held(channel: str, late: timedelta, held: bool) -> None:
    seen = rating(channel=channel)
    found = list(back_dated([replace(seen, received_at=seen.given_at + late)], LIMITS))
    assert [flag.rule for flag in found] == ([Rule.BACK_DATED] if held else [])


def test_nobody_rates_before_they_were_served() -> None:
    assert list(back_dated([rating(after=-290)], LIMITS)) == []
    assert len(list(back_dated([rating(after=-310)], LIMITS))) == 1


@pytest.mark.parametrize(
    ("mark", "rule", "most"),
    [
        ("device", Rule.MANY_DEVICE, LIMITS.per_device_day),
        ("phone", Rule.MANY_PHONE, LIMITS.per_phone_day),
        ("address", Rule.MANY_ADDRESS, LIMITS.per_address_day),
    ],
)
def test_a_family_may_share_a_device_but_not_a_crowd(mark: str, rule: Rule, most: int) -> None:
    def of(n: int, apart: float, **said: object) -> list[Seen]:
        return [rating(k, after=k * apart, **{mark: b"x"}, **said) for k in range(n)]

    assert list(many_of_one(of(most, 600), LIMITS)) == []
    assert set(many_of_one(of(most + 1, 600), LIMITS)) == {
        Flag(k, rule, most + 1) for k in range(most + 1)
    }
    spread = 86_400 / most + 1
    assert list(many_of_one(of(most * 3, spread), LIMITS)) == []
    assert list(many_of_one(of(most * 3, 600, channel="kiosk"), LIMITS)) == []


def test_a_whole_hall_may_share_an_address_but_nobody_taps_six_times_a_minute() -> None:
    hall = [rating(k, after=k * 120, window=k, address=b"hall") for k in range(60)]
    assert list(many_of_one(hall, LIMITS)) == []
    script = [rating(k, after=k * 5, window=k, address=b"hall") for k in range(6)]
    assert {flag.key for flag in many_of_one(script, LIMITS)} == set(range(6))


def test_a_heap_at_closing_time_is_held_and_a_busy_day_is_not() -> None:
    before = CLOSES - MONDAY
    heap = [rating(k, after=(before - timedelta(minutes=k + 1)).total_seconds()) for k in range(9)]
    day = [rating(100 + k, after=k * 1200) for k in range(20)]
    found = set(bursts([*heap, *day], LIMITS))
    assert {flag.key for flag in found} >= set(range(9))
    assert {flag.rule for flag in found} == {Rule.BURST}
    busy = [rating(k, after=k * 200) for k in range(135)]
    assert list(bursts(busy, LIMITS)) == []


def test_more_than_anybody_can_serve_in_a_minute_is_held() -> None:
    assert list(bursts([rating(k, after=k * 13) for k in range(5)], LIMITS)) == []
    assert len(list(bursts([rating(k, after=k * 10) for k in range(6)], LIMITS))) == 6


def others(n: int = 900) -> list[Seen]:
    """Make ratings of another window: three of four people give five."""
    return [rating(10_000 + k, after=k * 1000, window=2, level=5 if k % 4 else 3) for k in range(n)]


def test_a_run_no_luck_explains_is_held() -> None:
    most = longest_by_luck(675, 900, LIMITS)
    run = [rating(k, after=k * 1000, level=5) for k in range(most)]
    assert list(long_runs([*run[:-1], *others()], LIMITS)) == []
    assert {f.key for f in long_runs([*run, *others()], LIMITS)} == set(range(most))
    assert list(long_runs(run, LIMITS)) == []


def test_where_everybody_gives_five_no_run_is_too_long() -> None:
    content = [replace(seen, level=5) for seen in others()]
    run = [rating(k, after=k * 1000, level=5) for k in range(400)]
    assert list(long_runs([*run, *content], LIMITS)) == []


def test_a_window_at_which_nobody_is_ever_discontent_is_held() -> None:
    elsewhere = [replace(seen, level=2 if k % 10 == 0 else 5) for k, seen in enumerate(others())]
    here = [rating(k, after=k * 1000, level=4 if k % 2 else 5) for k in range(400)]
    assert len(list(long_runs([*here, *elsewhere], LIMITS))) == 400


def test_a_sentence_sent_five_times_is_held_and_a_short_word_is_not() -> None:
    texts = (
        "窗口人员服务热情，一次办好了！",
        "窗口人员服务热情 一次办好了",
        "窗口人员服务热情,一次办好了。",
    )
    same = [rating(k, after=k * 9000, text=texts[k % 3]) for k in range(5)]
    assert {f.key for f in same_text(same, LIMITS)} == set(range(5))
    assert list(same_text(same[:4], LIMITS)) == []
    apart = [rating(k, after=k * 86_400 * 5, text=texts[0]) for k in range(8)]
    assert list(same_text(apart, LIMITS)) == []
    short = [rating(k, text="很好，谢谢！") for k in range(50)]
    assert list(same_text(short, LIMITS)) == []
    assert bare_text("Ｖｅｒｙ good!") == "verygood"


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({"channel": "kiosk", "is_open": False}, True),
        ({"channel": "kiosk", "fits_window": False}, True),
        ({"channel": "kiosk", "window": 0}, True),
        ({"channel": "kiosk"}, False),
        ({"channel": "sms", "was_invited": False}, True),
        ({"channel": "link", "is_open": False}, False),
        ({"channel": "web", "was_invited": False}, False),
    ],
)
def test_a_channel_the_occasion_cannot_have_had_is_held(
    said: dict[str, object], held: bool
) -> None:
    assert bool(list(misfits([rating(**said)], LIMITS))) is held  # type: ignore[arg-type]


def test_a_kiosk_may_sleep_at_night_but_not_go_away_by_day() -> None:
    hours = ((MONDAY, CLOSES),)
    night = Silence("k", CLOSES, CLOSES + timedelta(hours=14), hours)
    blink = Silence("k", MONDAY, MONDAY + timedelta(minutes=10), hours)
    away = Silence("k", CLOSES - timedelta(minutes=40), CLOSES + timedelta(hours=9), hours)
    assert list(quiet_kiosks([night, blink], LIMITS)) == []
    assert list(quiet_kiosks([night, away, blink], LIMITS)) == [Finding("k", Rule.KIOSK_GAP, 40, 0)]


def test_whoever_asks_fewer_than_nine_of_ten_is_named() -> None:
    assert list(not_asked([Asked("w", 100, 90), Asked("small", 19, 0)], LIMITS)) == []
    assert list(not_asked([Asked("w", 100, 89)], LIMITS)) == [Finding("w", Rule.UNSENT, 11, 100)]


seens = st.builds(
    lambda key, window, level, channel, after, late, served, mark, text, fits: rating(
        key,
        after=after,
        window=window,
        level=level,
        channel=channel,
        served_at=MONDAY + timedelta(seconds=served) if served is not None else None,
        received_at=MONDAY + timedelta(seconds=after + late),
        device=mark,
        phone=mark,
        address=mark,
        text=text,
        fits_window=fits,
    ),
    key=st.integers(1, 10**6),
    window=st.integers(0, 3),
    level=st.integers(1, 5),
    channel=st.sampled_from(("link", "sms", "qr", "kiosk", "web", "paper", "api")),
    after=st.integers(-1000, 40_000),
    late=st.sampled_from((0, 0, 0, 400, 700_000)),
    served=st.none() | st.integers(-1000, 40_000),
    mark=st.none() | st.sampled_from((b"a", b"b")),
    text=st.none() | st.sampled_from(("很好", "工作人员态度很好，办事效率高")),
    fits=st.booleans(),
)
many = st.lists(seens, max_size=60, unique_by=lambda seen: seen.key)


@settings(max_examples=60)
@given(many, st.randoms(use_true_random=False))
def test_the_order_ratings_come_in_changes_nothing(ratings: list[Seen], rng: Random) -> None:
    limits = replace(LIMITS, run_others=5, run_least=3)
    mixed = list(ratings)
    rng.shuffle(mixed)
    assert flags(mixed, limits) == flags(ratings, limits)


@settings(max_examples=60)
@given(many)
def test_only_what_was_looked_at_is_held_and_each_rule_once(ratings: list[Seen]) -> None:
    found = flags(ratings, LIMITS)
    assert {flag.key for flag in found} <= {seen.key for seen in ratings}
    assert len({(flag.key, flag.rule) for flag in found}) == len(found)


@settings(max_examples=40)
@given(many)
def test_wider_limits_never_hold_more(ratings: list[Seen]) -> None:
    wide = replace(
        LIMITS, fast_s=0, fast_at_window_s=0, per_device_day=9, per_phone_day=9, per_minute=9,
        late_s=10**6, late_days=99, before_service_s=10**6, text_equal=20, closing_least=99,
    )  # fmt: skip
    assert {(f.key, f.rule) for f in flags(ratings, wide)} <= {
        (f.key, f.rule) for f in flags(ratings, LIMITS)
    }


@settings(max_examples=8)
@given(st.integers(0, 10**6))
def test_honest_streams_stay_quiet(seed: int) -> None:
    people = list(fraud.honest(Random(seed), 1500, 8))
    world = [replace(seen, key=n) for n, seen in enumerate(people)]
    assert len({flag.key for flag in flags(world, LIMITS)}) <= 0.01 * len(world)


@pytest.mark.parametrize("detector", ALL, ids=lambda d: d.__name__)
def test_nothing_is_held_where_nothing_was_said(detector: object) -> None:
    assert list(detector([], LIMITS)) == []  # type: ignore[operator]


def test_a_small_month_with_planted_frauds() -> None:
    result = fraud.judge(fraud.build(fraud.SEED, 6000, windows=20))
    assert len(result.planted) == 9
    assert result.found.total() / result.planted.total() >= fraud.RECALL
    assert result.false <= fraud.FALSE


def test_a_region_may_choose_its_own_limits() -> None:
    assert Limits.of(None) == Limits.of("x") == Limits.of({"fast_s": "9", "none": 3}) == LIMITS
    assert Limits.of({"fast_s": 5, "closing_times": 2, "per_minute": True}) == replace(
        LIMITS, fast_s=5, closing_times=2.0
    )
    assert Limits.of({"fast_s": -1}) == LIMITS
