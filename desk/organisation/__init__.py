"""Where the work is done: regions, halls, departments, windows, the calendar and the deadlines."""
