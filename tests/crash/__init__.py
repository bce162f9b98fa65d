"""Killing the desk at any moment, to see what it promised."""
