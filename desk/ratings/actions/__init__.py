"""Making events, links and ratings. The caller holds the transaction."""
