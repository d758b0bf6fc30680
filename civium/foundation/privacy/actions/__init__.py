"""What can happen to what the town holds about people."""
