"""Derived sums, kept in the transaction of the fact they count."""
