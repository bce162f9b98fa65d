"""What of a case or an improvement item counts in a figure, read from its rows alone."""
