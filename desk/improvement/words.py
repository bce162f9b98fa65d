"""The closed lists of an undertaking."""

from enum import StrEnum


class UndertakingKind(StrEnum):
    """What is undertaken: a cause mended for everyone, or a part of a larger plan."""

    IMPROVEMENT = "improvement"
    PLAN = "plan"
    TASK = "task"
    MEASURE = "measure"


class UndertakingState(StrEnum):
    OPEN = "open"
    DONE = "done"
