"""Requests that a second person decides: who asks, who decides, by when, what was said."""
