"""The desk's own pages: the queue, the case, the start of a day."""
