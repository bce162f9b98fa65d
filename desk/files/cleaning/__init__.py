"""Making copies without what nobody meant to send; run as a process of its own, with limits."""
