"""Working time: which hours count, when a limit runs out, and how that came about."""
