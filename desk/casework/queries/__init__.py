"""What can be asked about cases; `scope` is the only way to a list or a row."""
