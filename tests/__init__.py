"""Tests mirror the rooms; `journeys` are stories in a real browser, `house` the rules of the house."""
