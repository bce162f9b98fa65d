"""What processes cost: CPU seconds and memory, read from /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def family(root: int) -> list[int]:
    """List a process and all below it."""
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            todo += [int(child) for child in task.read_text().split()]
    return found


def cpu_seconds(*roots: int) -> float:
    """Sum what the families have used so far, their ended children included.

    The kernel counts living threads in nanoseconds and ended children in hundredths of a second.
    """
    total = 0.0
    for root in roots:
        for pid in family(root):
            for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                try:
                    total += int(task.read_text().split()[0]) / 1e9
                except (FileNotFoundError, ProcessLookupError):
                    continue
        total += sum(_ended_children(root)) / TICKS
    return total


def _ended_children(pid: int) -> list[int]:
    after_name = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return [int(ticks) for ticks in after_name[13:15]]


def resident_mb(*roots: int) -> float:
    """Sum the resident memory of the families, in MB."""
    pages = 0
    for root in roots:
        for pid in family(root):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * PAGE / 1e6
