"""Attachments: taken in at the door, made safe by the worker, handed to whoever may see them."""
