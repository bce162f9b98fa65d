"""What the hall does: items with their limits, versions in force, and the search for them."""
