"""What everybody may read of the desk's work: cases retold without persons, by leave of two."""
