"""Attachments, and a corpus of hostile ones made on the spot."""
