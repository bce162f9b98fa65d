"""What other systems tell the desk and ask of it."""
