"""The words of attachments: what they are, where they stand, and what can be wrong with them."""

from enum import StrEnum


class FileState(StrEnum):
    """Where a file stands; only a clean one can be opened."""

    RECEIVED = "received"
    SCANNING = "scanning"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


WAITING = frozenset({FileState.RECEIVED, FileState.SCANNING})


class Family(StrEnum):
    """What is done with files of one family is the same for all of them."""

    PICTURE = "picture"
    PDF = "pdf"
    OFFICE = "office"
    TEXT = "text"
    RECORDING = "recording"


class Trouble(StrEnum):
    """Why a file is not taken, at the door or after it was looked into."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TYPE = "type"
    OLD_OFFICE = "old_office"
    MISMATCH = "mismatch"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    PIXELS = "pixels"
    MOVING = "moving"
    BOMB = "bomb"
    CUT_OFF = "cut_off"
    UNREADABLE = "unreadable"
    INFECTED = "infected"


class ByKind(StrEnum):
    """Who gave a file."""

    STAFF = "staff"
    COMPLAINANT = "complainant"
    SYSTEM = "system"
