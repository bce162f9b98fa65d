"""The desk for what could not be got done: complaints, follow-up and service ratings."""
