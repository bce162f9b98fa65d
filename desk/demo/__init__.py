"""Data to try the desk with: invented people, believable matters, true sums."""
