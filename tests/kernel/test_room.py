"""What still fits on a disk: three steps, by bytes and by share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.kernel.storage.room import MIB, Disk, Room, room_on

GIB = 1024 * MIB
RESERVE = 2 * GIB
SIZES = st.integers(0, 1 << 50)


@pytest.mark.parametrize(
    ("free", "total", "wanted"),
    [
        (100 * GIB, 200 * GIB, Room.ENOUGH),
        (5 * GIB, 20 * GIB, Room.ENOUGH),
        (5 * GIB - 1, 20 * GIB, Room.SCARCE),
        (2 * GIB, 10 * GIB, Room.SCARCE),
        (2 * GIB - 1, 10 * GIB, Room.NO_FILES),
        (300 * MIB, 4 * GIB, Room.NO_FILES),
        (210 * MIB, 4 * GIB, Room.NO_FILES),
        (200 * MIB, 8 * GIB, Room.FULL),
        (0, 1 * GIB, Room.FULL),
        (14 * GIB, 100 * GIB, Room.SCARCE),
        (9 * GIB, 100 * GIB, Room.NO_FILES),
        (2 * GIB - 1, 100 * GIB, Room.FULL),
        (60 * GIB, 4_000 * GIB, Room.ENOUGH),
        (40 * GIB, 4_000 * GIB, Room.SCARCE),
        (19 * GIB, 4_000 * GIB, Room.NO_FILES),
    ],
)
def test_the_three_steps(free: int, total: int, wanted: Room) -> None:
    assert room_on(Disk(free, total), reserve=RESERVE) is wanted


def test_a_store_whose_size_nobody_knows_takes_everything() -> None:
    assert room_on(None, reserve=1 << 60) is Room.ENOUGH


@given(SIZES, SIZES, SIZES, st.integers(0, 1 << 40))
def test_more_room_is_never_more_want(free: int, more: int, total: int, reserve: int) -> None:
    less, roomier = (
        room_on(Disk(one, total + free + more), reserve=reserve) for one in (free, free + more)
    )
    assert roomier <= less


@given(SIZES, SIZES, st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_a_larger_reserve_is_never_less_want(free: int, rest: int, reserve: int, more: int) -> None:
    disk = Disk(free, free + rest)
    assert room_on(disk, reserve=reserve + more) >= room_on(disk, reserve=reserve)
