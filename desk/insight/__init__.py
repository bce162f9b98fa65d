"""What is wrong today, and why: indicators, the supervisor's pages and the public board."""
