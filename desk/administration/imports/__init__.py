"""Many rows at once: from a table to the same actions that one form calls, with a word per row."""
