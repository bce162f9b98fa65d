from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.kernel.ids import uuid7

NOW = datetime(2026, 11, 24, 1, 2, 3, 456_789, tzinfo=UTC)
instants = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))


@given(instants)
def test_an_id_is_of_version_7_and_holds_its_millisecond(now: datetime) -> None:
    made = uuid7(now)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    since = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=made.int >> 80)
    assert since <= now < since + timedelta(milliseconds=1)


@given(instants, instants)
def test_ids_sort_by_their_instants(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    first, second = uuid7(earlier), uuid7(later)
    assert first < second
    assert str(first) < str(second)
    assert first.bytes < second.bytes


def test_many_ids_of_one_instant_sort_as_they_were_made() -> None:
    """A load of old rows asks for thousands of ids of the same instant."""
    made = [uuid7(NOW) for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {one.int >> 80 for one in made} == {made[0].int >> 80}


def test_threads_never_draw_the_same_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: uuid7(NOW), range(8_000)))
    assert len(set(made)) == len(made)


def test_a_clock_set_back_makes_ids_of_the_time_it_shows() -> None:
    before = uuid7(NOW)
    back = uuid7(NOW - timedelta(seconds=1))
    again = uuid7(NOW)
    assert back < before
    assert before != again


def test_the_zone_in_which_an_instant_is_written_does_not_matter() -> None:
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    assert uuid7(NOW).int >> 80 == uuid7(shanghai).int >> 80


@pytest.mark.parametrize("wrong", [datetime(2026, 11, 24), datetime(1969, 12, 31, tzinfo=UTC)])
def test_an_instant_that_cannot_be_written_is_refused(wrong: datetime) -> None:
    with pytest.raises(ValueError, match=r"zone|1970"):
        uuid7(wrong)
