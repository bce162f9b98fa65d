"""The pages of the desk: start of the day, queue, case, counter."""

from desk.workbench.views import (
    acts,
    bulk,
    calls,
    case,
    counter,
    home,
    joined,
    keeping,
    news,
    pressing,
    printed,
    queue,
    related,
    requests,
    saved,
    slip,
    tasks,
)
from desk.workbench.views.doors import blueprint

__all__ = [
    "acts",
    "blueprint",
    "bulk",
    "calls",
    "case",
    "counter",
    "home",
    "joined",
    "keeping",
    "news",
    "pressing",
    "printed",
    "queue",
    "related",
    "requests",
    "saved",
    "slip",
    "tasks",
]
