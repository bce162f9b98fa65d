"""What helps staff write: replies kept ready, and what was typed and not yet sent."""
