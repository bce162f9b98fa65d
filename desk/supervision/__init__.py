"""What supervisors watch: what is late, the cards of units, and appeals against them."""
