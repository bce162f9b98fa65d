"""What is done about what is late. The caller holds the transaction."""
