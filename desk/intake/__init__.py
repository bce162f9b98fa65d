"""The public front door: filing, the receipt, and following a case by number and code."""
