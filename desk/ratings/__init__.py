"""Service events and the ratings people give them; no room here to write one for somebody else."""
