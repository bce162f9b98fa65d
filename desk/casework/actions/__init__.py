"""What can be done to a case. The caller holds the transaction."""
