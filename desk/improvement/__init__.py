"""Improvement items: fixing a cause for everyone, not only the case in which it showed."""
