"""Work that waits: a leased table, so that a killed worker loses nothing and doubles nothing."""
