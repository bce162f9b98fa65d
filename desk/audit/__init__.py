"""The ledger: who did what and when, in chains that cannot be rewritten unnoticed."""
