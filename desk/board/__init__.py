"""The public board: what got done in a month and a year, so that no single person shows in it."""
