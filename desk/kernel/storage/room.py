"""How much room a disk has left, in three steps of growing want."""

import shutil
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

MIB = 1024 * 1024
SCARCE_SHARE, NO_FILES_SHARE, FULL_SHARE = 0.15, 0.10, 0.03
SCARCE_TIMES, FULL_TIMES = 2.5, 0.1
MOST_TIMES = 10


class Room(IntEnum):
    """What still fits: everything, everything with a warning, texts alone, nothing."""

    ENOUGH = 0
    SCARCE = 1
    NO_FILES = 2
    FULL = 3


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes free and in all."""

    free: int
    total: int


def disk_of(place: Path) -> Disk:
    """Measure the disk a place is on, or will be on once it exists."""
    while not place.exists():
        place = place.parent
    found = shutil.disk_usage(place)
    return Disk(found.free, found.total)


def room_on(disk: Disk | None, *, reserve: int) -> Room:
    """Tell what still fits on a disk; where nobody knows its size, everything does.

    Files are refused below `reserve` bytes or a tenth of the disk; a warning comes at 2.5 times
    that or 15 %, the end at a tenth of it or 3 %. A share never asks for more than ten times what
    the bytes ask for: 10 % of a large disk is no want.
    """
    if disk is None:
        return Room.ENOUGH
    steps = (
        (Room.FULL, FULL_TIMES, FULL_SHARE),
        (Room.NO_FILES, 1.0, NO_FILES_SHARE),
        (Room.SCARCE, SCARCE_TIMES, SCARCE_SHARE),
    )
    for room, times, share in steps:
        least = times * reserve
        if disk.free < max(least, min(share * disk.total, MOST_TIMES * least)):
            return room
    return Room.ENOUGH
