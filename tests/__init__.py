"""Tests mirror the rooms; `journeys` are stories in a browser, `house` the rules of the house."""
