"""What other systems ask of the desk and tell it, with a token of their own."""
