"""What administrators set up, and what a second of them confirms: their pages, never a case."""
