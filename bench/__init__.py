"""How fast the desk is, as a multiple of the least work that could do the same."""
