"""The pages of the desk: start of the day, queue, case."""

from desk.workbench.views import acts, case, queue
from desk.workbench.views.doors import blueprint

__all__ = ["acts", "blueprint", "case", "queue"]
