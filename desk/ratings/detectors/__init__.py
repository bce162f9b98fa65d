"""What shows that ratings may not be people's own: plain functions over many of them."""
