"""Letters: written in the transaction that owes them, posted later by the worker."""
