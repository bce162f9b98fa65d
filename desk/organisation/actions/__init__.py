"""What is set up before anybody can file: places, lists, limits, days."""
