"""Keeping the figures: following the ledger, making them again, freezing months."""
