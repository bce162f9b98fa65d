"""A case from received to closed: its one table of transitions, its clocks, its story."""
